import { useEffect, useState } from 'react';
import type { CardSurface } from './use-contact-card.ts';
import { useLoaded } from './use-loaded.ts';
import { usePages } from './use-pages.ts';

const nothing = { items: [], nextCursor: null };

/** Sequences by search, page by page, and the mailboxes to send from. */
export function useEnrollChoices({ api, record }: Pick<CardSurface, 'api' | 'record'>) {
  const [query, setQuery] = useState('');
  const settledQuery = useSettled(query, 300);
  const load = async (cursor: string | null) => {
    const { sequences, mailboxes, nextCursor } = await api('/cards/enroll/choices', {
      ...record,
      query: settledQuery,
      cursor,
    });
    return { items: sequences, mailboxes, nextCursor };
  };
  const first = useLoaded(settledQuery, () => load(null));
  const sequences = usePages(first.value ?? nothing, load);
  // A new search changes the sequences only; the mailboxes stay on screen while it runs.
  const [mailboxes, setMailboxes] = useState<NonNullable<typeof first.value>['mailboxes'] | null>(null);
  if (first.value && first.value.mailboxes !== mailboxes) setMailboxes(first.value.mailboxes);
  const usable = mailboxes?.filter((mailbox) => mailbox.blockedBy === null) ?? [];

  return {
    query,
    setQuery,
    sequences,
    mailboxes,
    /** The rep's own mailbox where it can send, else the first that can. */
    usualMailboxId: (usable.find((mailbox) => mailbox.isOwn) ?? usable[0])?.id ?? null,
    loading: first.loading,
    failure: first.failure,
    reload: first.reload,
  };
}

/** The value once it has not changed for so long. */
function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}

export type EnrollChoicesState = ReturnType<typeof useEnrollChoices>;
