/** HubSpot: a contact's record or the settings, its floating alerts, and what `openIframeModal` opens. */
import { useState } from 'react';
import type { CrmProps } from '../crm/crm-window.tsx';
import { Dialog } from '../crm/dialog.tsx';
import { Notes } from '../crm/notes.tsx';
import { useNotes } from '../crm/use-notes.ts';
import type { Sandbox } from '../use-sandbox.ts';
import type { PageApi } from './host/protocol.ts';
import { Record } from './record.tsx';
import { Settings } from './settings.tsx';

type Frame = { request: Parameters<PageApi['openFrame']>[0]; onClose?: (() => void) | undefined };

export interface HostProps {
  sandbox: Sandbox;
  onAlert: PageApi['addAlert'];
  onFrame: PageApi['openFrame'];
}

export function HubSpot({ sandbox, person }: CrmProps) {
  const { notes, add, remove } = useNotes();
  const [frame, setFrame] = useState<Frame | null>(null);
  const host: HostProps = {
    sandbox,
    onAlert: async ({ type = 'info', title, message }) => add({ title, message, variant: type }),
    onFrame: async (request, onClose) => setFrame({ request, onClose }),
  };
  const close = () => {
    frame?.onClose?.();
    setFrame(null);
  };
  return (
    <>
      <div className="hs crm-body">
        {person ? <Record key={person.recordId} {...host} person={person} /> : <Settings {...host} />}
      </div>
      <div className="hs">
        <Notes notes={notes} remove={remove} look="hs-alert" />
      </div>
      {frame && (
        <Dialog
          className="hs crm-dialog"
          title={frame.request.title ?? 'Page of the app'}
          style={{ width: frame.request.width }}
          close={close}
        >
          {/* Only addresses of this machine are loaded; the page's policy sees to it. */}
          <iframe
            src={frame.request.uri}
            title={frame.request.title ?? 'Page of the app'}
            style={{ height: frame.request.height }}
          />
        </Dialog>
      )}
    </>
  );
}
