import { useEffect, useState } from 'react';
import type { CardRequest, ContactCard } from '../cards.ts';
import type { SalesosApi } from './api.ts';
import { useAct } from './use-act.ts';
import { useLoaded } from './use-loaded.ts';

/** What a CRM's screen offers to the card on it. */
export interface CardSurface {
  api: SalesosApi;
  record: { objectType: string; recordId: string };
  addAlert: (alert: { type: 'success' | 'danger'; message: string }) => void;
  /** Tells the CRM that fields of the record may have changed. */
  refreshRecord: () => void;
  /** Calls back whenever the record may have changed: a reply or a score arrived. */
  watchRecord: (changed: () => void) => void;
}

type Write =
  | '/cards/enroll'
  | '/cards/enrollments/pause'
  | '/cards/enrollments/resume'
  | '/cards/enrollments/stop'
  | '/cards/tasks/complete';

/** What a write was, so that the card can say so and offer to take it back. */
export interface Change {
  message: string;
  undo: (() => Promise<boolean>) | null;
}

/** The card of the open record, and the writes a rep can make on it; each write brings a fresh card. */
export function useContactCard({ api, record, addAlert, refreshRecord, watchRecord }: CardSurface) {
  const card = useLoaded<ContactCard>(`${record.objectType}:${record.recordId}`, () => api('/cards/contact', record));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, because not every CRM offers a way to stop watching.
  useEffect(() => {
    let shown = true;
    watchRecord(() => {
      if (shown) void card.reload();
    });
    return () => {
      shown = false;
    };
  }, []);
  const acts = useAct();
  const [change, setChange] = useState<Change | null>(null);

  function write<P extends Write>(
    path: P,
    target: string,
    request: Omit<CardRequest<P>, 'idempotencyKey' | 'objectType' | 'recordId'>,
    undo: Change['undo'] = null,
  ): Promise<boolean> {
    return acts.perform(`${path}:${target}`, async (idempotencyKey) => {
      const answer = await api(path, { ...record, ...request, idempotencyKey } as CardRequest<P>);
      const changed = answer as { message: string; card: ContactCard };
      card.replace(changed.card);
      setChange({ message: changed.message, undo });
      addAlert({ type: 'success', message: changed.message });
      refreshRecord();
    });
  }

  const pause = (enrollmentId: string): Promise<boolean> =>
    write('/cards/enrollments/pause', enrollmentId, { enrollmentId }, () => resume(enrollmentId));
  const resume = (enrollmentId: string): Promise<boolean> =>
    write('/cards/enrollments/resume', enrollmentId, { enrollmentId }, () => pause(enrollmentId));

  return {
    ...card,
    busy: acts.busy,
    failedAct: acts.failed,
    dismissFailedAct: acts.dismiss,
    change,
    refresh: () => {
      setChange(null);
      acts.dismiss();
      return card.reload();
    },
    pause,
    resume,
    stop: (enrollmentId: string) => write('/cards/enrollments/stop', enrollmentId, { enrollmentId }),
    completeTask: (taskId: string) => write('/cards/tasks/complete', taskId, { taskId }),
    enroll: (sequenceId: string, mailboxId: string) =>
      write('/cards/enroll', `${sequenceId}:${mailboxId}`, { sequenceId, mailboxId }),
  };
}
export type ContactCardState = ReturnType<typeof useContactCard>;
