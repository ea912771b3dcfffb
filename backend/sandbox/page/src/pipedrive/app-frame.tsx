/** One of our pages inside Pipedrive: framed with a token that Pipedrive signed, and Pipedrive's side around it. */
import { useEffect, useRef, useState } from 'react';
import { openFrame } from '../../../../../pipedrive-app/host/open-frame.ts';
import { getPipedriveToken } from '../api.ts';
import { sentence } from '../use-data.ts';
import type { Sandbox } from '../use-sandbox.ts';

type Opening = Parameters<typeof openFrame>[1];
type Frame = ReturnType<typeof openFrame>;
export type Theme = 'light' | 'dark';
/** What a framed page may ask of Pipedrive. */
export type Around = Pick<Opening, 'snackbar' | 'confirm' | 'openModal'>;

interface FrameProps extends Around {
  sandbox: Sandbox;
  surface: 'panel' | 'modal' | 'settings';
  title: string;
  theme: Theme;
  /** The person it is opened on. */
  personId?: string;
  /** What the opener of a modal handed over. */
  data?: Record<string, string>;
  /** A modal of ours was closed above this page. */
  modalsClosed?: number;
  close?: () => void;
}

export function AppFrame(props: FrameProps) {
  const { sandbox, surface, theme, personId, modalsClosed = 0 } = props;
  const { pipedrive, revision } = sandbox.state;
  const place = useRef<HTMLDivElement>(null);
  const frame = useRef<Frame | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let isGone = false;
    setProblem(null);
    open().catch((reason: unknown) => isGone || setProblem(sentence(reason)));

    async function open() {
      const page = `${location.origin}/pipedrive/${surface}`;
      const answer = await fetch(page);
      if (!answer.ok) throw new Error(await answer.text());
      const token = await getPipedriveToken();
      if (isGone || !place.current) return;
      const { title, data } = latest.current;
      frame.current = openFrame(place.current, {
        page,
        title,
        surface,
        framed: {
          token,
          userId: pipedrive.userId,
          companyId: pipedrive.companyId,
          theme: latest.current.theme,
          ...(personId ? { resource: 'person', view: 'details', selectedIds: [personId] } : {}),
          ...(data ? { data } : {}),
        },
        signedToken: getPipedriveToken,
        snackbar: (said) => latest.current.snackbar(said),
        confirm: (question) => latest.current.confirm(question),
        openModal: (wish) => latest.current.openModal(wish),
        closeModal: () => latest.current.close?.(),
        redirect: () => {},
      });
    }
    return () => {
      isGone = true;
      frame.current?.close();
      frame.current = null;
    };
  }, [surface, personId, pipedrive.userId, pipedrive.companyId]);

  useEffect(() => frame.current?.host.setTheme(theme), [theme]);
  // Pipedrive tells a page when the user comes back to it; here the user comes back from the inbox or the clock.
  useEffect(() => frame.current?.host.setVisible(true), [revision]);
  useEffect(() => {
    if (modalsClosed > 0) frame.current?.host.modalClosed();
  }, [modalsClosed]);

  return (
    <div ref={place} className="pd-app" data-surface={surface}>
      {problem && (
        <p className="crm-not-built" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
