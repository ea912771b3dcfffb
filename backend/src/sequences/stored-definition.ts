import { type SequenceDefinition, sequenceDefinition } from '@salesos/shared/sequence.ts';
import { z } from 'zod';
import type { Recipient } from '../compliance/index.ts';

const stored = z.object({ templateVersions: z.array(z.int().nullable()).optional() });

/** A sequence version as it is run: each mail step has the version of its template that was published with it. */
export interface RunnableDefinition {
  definition: SequenceDefinition;
  /** By step index; null for what is no mail. */
  templateVersions: (number | null)[];
}

/** What goes into the database; without template versions as long as it is a draft. */
export const toStored = (definition: SequenceDefinition, templateVersions?: (number | null)[]): string =>
  JSON.stringify({ ...definition, ...(templateVersions ? { templateVersions } : {}) });

export function fromStored(row: object): {
  definition: SequenceDefinition;
  templateVersions: (number | null)[] | null;
} {
  const { templateVersions: _, ...definition } = row as Record<string, unknown>;
  return {
    definition: sequenceDefinition.parse(definition),
    templateVersions: stored.parse(row).templateVersions ?? null,
  };
}

/**
 * Where a person's steps fall within an opening hour. It depends on person and sequence alone, so that the preview, made
 * before there is an enrollment, shows the very minute.
 */
export const spreadKeyOf = ({ sequenceId, contactId }: { sequenceId: string; contactId: string }): string =>
  `${sequenceId}:${contactId}`;

/** Whose clock counts for a person: their own, or the account's where it is unknown. */
export const recipientOf = (
  contact: { firstName: string | null; name: string; timeZone: string | null },
  accountZone: string,
): Recipient => ({ zone: contact.timeZone ?? accountZone, name: contact.firstName ?? (contact.name || null) });
