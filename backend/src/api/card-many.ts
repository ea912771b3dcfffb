/** Enrolling the records chosen in a list: each row for itself, and all of it once. */
import { type EnrollRefusal, enrollRefusals } from '@salesos/shared/actions.ts';
import type { EnrolledMany, ParsedCardRequest } from '@salesos/shared/cards.ts';
import type { Contact } from '../contacts/index.ts';
import { inTransaction } from '../core/ctx.ts';
import { DomainError } from '../core/errors.ts';
import { withIdempotency } from '../core/idempotency.ts';
import { inParallel } from '../core/jobs.ts';
import { enrollMany } from '../sequences/index.ts';
import type { CardCaller } from './authenticate.ts';
import { mayOpen } from './card-permission.ts';
import { contactOf } from './card-record.ts';

/** Records of one request that are worked on together, so that they are read from the CRM in few calls. */
const readsAtOnce = 50;

type Request = ParsedCardRequest<'/cards/enroll/many'>;
type Row = EnrolledMany['results'][number];

/** The answer is kept with the key, whole: a repeat learns how it went and changes nothing. */
export async function enrollRecords(caller: CardCaller, request: Request): Promise<EnrolledMany> {
  const { idempotencyKey, ...content } = request;
  const { ctx } = caller;
  const path = '/cards/enroll/many';
  const answer = await withIdempotency(ctx, `card:${idempotencyKey}`, { path, content }, async (keep) => {
    // Reading is slow and asks the CRM, so it comes before the transaction.
    const found = await inParallel(content.recordIds, readsAtOnce, (id) => findPerson(caller, content.objectType, id));
    return inTransaction(ctx, async (ctx) => {
      const results = await enrollFound({ ...caller, ctx }, content, found);
      const done = { status: 200, body: { message: sum(results), results } };
      await keep(ctx, done);
      return done;
    });
  });
  return answer.body as EnrolledMany;
}

/** The person, or why there is none. What concerns all rows alike (no such kind of record, no connection) ends the request. */
async function findPerson(caller: CardCaller, objectType: string, recordId: string): Promise<Contact | EnrollRefusal> {
  const record = { objectType, recordId };
  try {
    if (!(await mayOpen(caller, record))) return 'NO_PERMISSION';
    return await contactOf(caller, record);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.status === 404) return 'RECORD_NOT_FOUND';
    if (error.status === 503) return 'TRY_AGAIN';
    throw error;
  }
}

async function enrollFound(
  { ctx }: CardCaller,
  { recordIds, sequenceId, mailboxId }: Omit<Request, 'idempotencyKey'>,
  found: (Contact | EnrollRefusal)[],
): Promise<Row[]> {
  const people = found.filter((one) => typeof one !== 'string');
  const contactIds = people.map(({ id }) => id);
  const outcomes = await enrollMany(ctx, { contactIds, sequenceId, mailboxId, source: 'card' });
  const rest = outcomes[Symbol.iterator]();
  return found.map((one, index): Row => {
    const recordId = recordIds[index]!;
    if (typeof one === 'string')
      return { recordId, name: null, result: 'refused', errorCode: one, message: enrollRefusals[one] };
    const { result, errorCode, message } = rest.next().value!;
    return { recordId, name: one.name, result, errorCode, message };
  });
}

/** As in "12 people were enrolled, 3 were not." */
function sum(rows: Row[]): string {
  const count = (result: Row['result']) => rows.filter((row) => row.result === result).length;
  const people = (number: number) => (number === 1 ? '1 person was' : `${number || 'No'} people were`);
  const were = (number: number) => `${number} ${number === 1 ? 'was' : 'were'}`;
  const parts = [
    `${people(count('enrolled'))} enrolled`,
    ...(count('already_in') ? [`${were(count('already_in'))} in the sequence already`] : []),
    ...(count('refused') ? [`${were(count('refused'))} not`] : []),
  ];
  return `${parts.join(', ')}.`;
}
