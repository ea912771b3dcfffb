import type { Ctx, Sockets } from '../core/ctx.ts';
import { Forbidden, VendorUnavailable } from '../core/errors.ts';
import { groupCommit } from '../core/group-commit.ts';
import { inParts } from '../core/in-parts.ts';
import { type Connection, crmAccount } from '../tenants/index.ts';
import { askCrm } from './connection.ts';
import type { PersonRead } from './crm.ts';

interface Question {
  ctx: Ctx;
  connection: Connection;
  recordId: string;
}
type Answer = { read: PersonRead } | { error: unknown };

/** People of one account that are asked for at the same moment are read in one call, at most so many. */
const peoplePerCall = 200;
/** So many calls an account has under way: who opens a card does not wait for a list to be read. */
const callsAtOnce = 4;

/** By connection, for as long as the program runs. */
const readers = new WeakMap<Sockets, Map<string, (question: Question) => Promise<Answer>>>();

/** What the CRM says of one record. Throws as `askCrm` does. */
export async function readPerson(ctx: Ctx, connection: Connection, recordId: string): Promise<PersonRead> {
  const known = readers.get(ctx.sockets) ?? new Map();
  readers.set(ctx.sockets, known);
  const reader = known.get(connection.id) ?? groupCommit(askTogether, { most: peoplePerCall, concurrent: callsAtOnce });
  known.set(connection.id, reader);
  const answer: Answer = await reader({ ctx, connection, recordId });
  if ('error' in answer) throw answer.error;
  return answer.read;
}

async function askTogether(questions: Question[]): Promise<Answer[]> {
  const { ctx, connection } = questions.at(-1)!;
  const recordIds = [...new Set(questions.map(({ recordId }) => recordId))];
  const answers = await readApart(recordIds, async (ids) => {
    try {
      const account = crmAccount(ctx, connection);
      return (await askCrm(ctx, connection, (vendor) => vendor.readPeople(account, ids))).map((read) => ({ read }));
    } catch (error) {
      return ids.map(() => ({ error }));
    }
  });
  return questions.map(({ recordId }) => answers[recordIds.indexOf(recordId)]!);
}

/**
 * One failure is not everybody's: people who could not be read together are read again in halves. Where the CRM gives no answer
 * for both halves either it is not there, and is left alone.
 */
async function readApart(recordIds: string[], read: (ids: string[]) => Promise<Answer[]>): Promise<Answer[]> {
  const together = await read(recordIds);
  if (recordIds.length === 1 || !together.every(hasFailed) || together.some(concernsAccount)) return together;
  const halves = inParts(recordIds, Math.ceil(recordIds.length / 2));
  const answers = await Promise.all(halves.map(read));
  if (answers.flat().every(isUnanswered)) return together;
  const apart = answers.map((half, index) => (half.every(hasFailed) ? readApart(halves[index]!, read) : half));
  return (await Promise.all(apart)).flat();
}

const hasFailed = (answer: Answer) => 'error' in answer;
const isUnanswered = (answer: Answer) => 'error' in answer && answer.error instanceof VendorUnavailable;
/** An admin must connect the CRM again. */
const concernsAccount = (answer: Answer) => 'error' in answer && answer.error instanceof Forbidden;
