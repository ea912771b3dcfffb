/** Pipedrive: a person's page or the app's settings, light or dark, and what our pages ask it to show. */
import { useState } from 'react';
import type { CrmProps } from '../crm/crm-window.tsx';
import { Dialog } from '../crm/dialog.tsx';
import { Notes } from '../crm/notes.tsx';
import { useNotes } from '../crm/use-notes.ts';
import { AppFrame, type Around, type Theme } from './app-frame.tsx';
import { Person } from './person.tsx';

interface Question {
  text: Parameters<Around['confirm']>[0];
  answer: (confirmed: boolean) => void;
}
interface OpenModal {
  data: Record<string, string>;
  closed: () => void;
}

export function Pipedrive({ sandbox, person }: CrmProps) {
  const { notes, add, remove } = useNotes();
  const [theme, setTheme] = useState<Theme>('light');
  const [question, setQuestion] = useState<Question | null>(null);
  const [modal, setModal] = useState<OpenModal | null>(null);
  const [modalsClosed, setModalsClosed] = useState(0);
  const around: Around = {
    snackbar: ({ message }) => {
      add({ message, variant: 'info' });
      sandbox.refresh();
    },
    confirm: (text) => new Promise((answer) => setQuestion({ text, answer })),
    openModal: ({ action_id, data = {} }) =>
      new Promise((resolve, reject) => {
        if (action_id === 'enroll-modal') setModal({ data, closed: () => resolve({ status: 'closed' }) });
        else reject(new Error(`There is no modal ${action_id} in this app`));
      }),
  };
  const page = { ...around, sandbox, theme };
  const say = (confirmed: boolean) => {
    question?.answer(confirmed);
    setQuestion(null);
  };
  const closeModal = () => {
    modal?.closed();
    setModal(null);
    setModalsClosed((before) => before + 1);
    sandbox.refresh();
  };
  return (
    <div className="pd" data-theme={theme}>
      <nav className="pd-nav" aria-label="Pipedrive">
        <strong>{sandbox.state.pipedrive.companyName}</strong>
        <span>{person ? 'Contacts › People' : 'Tools and apps › SalesOS'}</span>
        <button
          type="button"
          aria-pressed={theme === 'dark'}
          onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
        >
          Dark theme
        </button>
      </nav>
      <div className="crm-body">
        {person ? (
          <Person key={person.recordId} sandbox={sandbox} person={person}>
            <AppFrame
              {...page}
              surface="panel"
              title="SalesOS panel"
              personId={person.recordIds.pipedrive}
              modalsClosed={modalsClosed}
            />
          </Person>
        ) : (
          <AppFrame {...page} surface="settings" title="SalesOS settings" />
        )}
      </div>
      <Notes notes={notes} remove={remove} look="pd-snackbar" />
      {person && modal && (
        <Dialog className="crm-dialog pd-modal" title="Enroll in a sequence" close={closeModal}>
          <AppFrame
            {...page}
            surface="modal"
            title="Enroll in a sequence"
            personId={person.recordIds.pipedrive}
            data={modal.data}
            close={closeModal}
          />
        </Dialog>
      )}
      {question && (
        <Dialog className="crm-dialog pd-question" title={question.text.title} close={() => say(false)}>
          <p>{question.text.description}</p>
          <footer>
            <button type="button" className="crm-button" onClick={() => say(false)}>
              {question.text.cancelText ?? 'Cancel'}
            </button>
            <button type="button" className="crm-button" data-primary onClick={() => say(true)}>
              {question.text.okText ?? 'OK'}
            </button>
          </footer>
        </Dialog>
      )}
    </div>
  );
}
