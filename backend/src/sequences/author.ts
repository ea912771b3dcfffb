import type { SequenceDefinition } from '@salesos/shared/sequence.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { Conflict, type FieldError, InvalidInput, NotFound } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { getTemplate } from '../email/index.ts';
import {
  changeSequence,
  insertSequence,
  insertSequenceVersion,
  lockSequence,
  pinSequenceVersion,
  readSequence,
  readSequences,
} from './sequence-queries.ts';
import { fromStored, toStored } from './stored-definition.ts';

export interface Sequence {
  id: string;
  name: string;
  description: string;
  status: 'draft' | 'published' | 'archived';
  /** What new enrollments start with; null until it is published. */
  publishedVersion: number | null;
  latestVersion: number;
  /** Of the latest version. */
  definition: SequenceDefinition;
  createdAt: Date;
}

export interface SequenceInput {
  name: string;
  description: string;
  definition: SequenceDefinition;
}

export async function createSequence(ctx: Ctx, { definition, ...words }: SequenceInput): Promise<Sequence> {
  return inTransaction(ctx, async (ctx) => {
    await currentTemplateVersions(ctx, definition);
    const id = await insertSequence(ctx, words);
    await insertSequenceVersion(ctx, id, 1, toStored(definition));
    return getSequence(ctx, id);
  });
}

/** New steps make a new version, which counts once it is published; nobody who is in the sequence notices. */
export async function updateSequence(ctx: Ctx, id: string, change: Partial<SequenceInput>): Promise<Sequence> {
  return inTransaction(ctx, async (ctx) => {
    const sequence = await lockForAuthor(ctx, id);
    const { definition, ...words } = change;
    await changeSequence(ctx, id, words);
    if (definition && toStored(definition) !== toStored(sequence.definition)) {
      await currentTemplateVersions(ctx, definition);
      await insertSequenceVersion(ctx, id, sequence.latestVersion + 1, toStored(definition));
    }
    return getSequence(ctx, id);
  });
}

/**
 * Makes the latest version the one that new enrollments start with, and fixes the words of its mails as they are now.
 * Publishing again takes over newer words, as a new version; when nothing is newer, nothing happens.
 */
export async function publishSequence(ctx: Ctx, id: string): Promise<Sequence> {
  return inTransaction(ctx, async (ctx) => {
    const sequence = await lockForAuthor(ctx, id);
    const { definition, latestVersion, publishedVersion, pinned } = sequence;
    const templateVersions = await currentTemplateVersions(ctx, definition);
    const isLive = publishedVersion === latestVersion;
    if (isLive && JSON.stringify(pinned) === JSON.stringify(templateVersions)) return sequence;
    const stored = toStored(definition, templateVersions);
    const version = isLive ? latestVersion + 1 : latestVersion;
    if (isLive) await insertSequenceVersion(ctx, id, version, stored);
    else await pinSequenceVersion(ctx, id, version, stored);
    await changeSequence(ctx, id, { status: 'published', publishedVersion: version });
    await emit(ctx, 'sequence.published', { sequenceId: id, version });
    return getSequence(ctx, id);
  });
}

/** Nobody new can be enrolled; whoever is in it goes on. */
export async function archiveSequence(ctx: Ctx, id: string): Promise<Sequence> {
  return inTransaction(ctx, async (ctx) => {
    const row = await lockSequence(ctx, id);
    if (!row) throw new NotFound('sequence');
    if (row.status !== 'archived') {
      await changeSequence(ctx, id, { status: 'archived' });
      await emit(ctx, 'sequence.archived', { sequenceId: id });
    }
    return getSequence(ctx, id);
  });
}

export async function getSequence(ctx: Ctx, id: string): Promise<Sequence> {
  const row = await readSequence(ctx, id);
  if (!row) throw new NotFound('sequence');
  return toSequence(row);
}

/** Newest first; `before` is the id of the last one seen, `query` a part of the name. */
export async function listSequences(
  ctx: Ctx,
  filter: { status?: Sequence['status']; query?: string; before: string | null; limit: number },
): Promise<Sequence[]> {
  return (await readSequences(ctx, filter)).map(toSequence);
}

async function lockForAuthor(ctx: Ctx, id: string): Promise<Sequence & { pinned: (number | null)[] | null }> {
  const row = await lockSequence(ctx, id);
  if (!row) throw new NotFound('sequence');
  if (row.status === 'archived') throw new Conflict('This sequence is archived: it cannot be changed any more.');
  const latest = (await readSequence(ctx, id))!;
  return { ...toSequence(latest), pinned: fromStored(latest.definition).templateVersions };
}

/** The latest version of each mail step's template, by step index. Refuses templates that are not there or archived. */
async function currentTemplateVersions(ctx: Ctx, { steps }: SequenceDefinition): Promise<(number | null)[]> {
  const problems: FieldError[] = [];
  const versions: (number | null)[] = [];
  for (const [index, step] of steps.entries()) {
    const template = step.kind === 'email' ? await findTemplate(ctx, step.templateId) : null;
    versions.push(template?.version ?? null);
    if (step.kind !== 'email' || (template && !template.archivedAt)) continue;
    const message = template ? `The template “${template.name}” is archived.` : 'There is no template with this id.';
    problems.push({
      pointer: `/definition/steps/${index}/templateId`,
      code: template ? 'archived' : 'not_found',
      message,
    });
  }
  if (problems.length > 0)
    throw new InvalidInput('The sequence uses templates that it cannot use.', { fields: problems });
  return versions;
}

async function findTemplate(ctx: Ctx, id: string) {
  try {
    return await getTemplate(ctx, id);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

function toSequence(row: NonNullable<Awaited<ReturnType<typeof readSequence>>>): Sequence {
  const { version, definition, ...rest } = row;
  return { ...rest, latestVersion: version, definition: fromStored(definition).definition };
}
