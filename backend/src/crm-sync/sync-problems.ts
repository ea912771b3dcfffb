import type { ContactCard } from '@salesos/shared/cards.ts';
import type { Ctx } from '../core/ctx.ts';
import { connectionsOf } from '../tenants/index.ts';
import { readTroubledWrites, type WriteRow } from './write-queries.ts';

const manyAttempts = 5;
const most = 5;

/** How to mend a refusal, by the code the CRM gave. */
const fixes: Record<string, string> = {
  VALIDATION_ERROR:
    'A rule of your CRM refuses the value. An admin changes the rule, or fills in what it asks for; SalesOS tries again with the next change.',
  FORBIDDEN: 'An admin gives the user who installed SalesOS the right to change this record.',
  OBJECT_NOT_FOUND: 'Check whether the record still exists. If it was merged, SalesOS finds the new one by itself.',
  MAIL_GONE: 'Nothing can be done: the text of this mail is no longer stored.',
  TASK_GONE: 'Nothing has to be done: its sequence is no longer stored.',
};
const otherFix = 'Show this sentence to the admin of your CRM.';

/** What a person must know about the exchange with the CRM: refused writes, writes that do not get through, a lost connection. */
export async function syncProblems(ctx: Ctx, contactId: string): Promise<ContactCard['problems']> {
  const connections = await connectionsOf(ctx);
  const nameOf = (crm: string) => ctx.sockets.crms.get(crm)?.name ?? crm;
  const lost = connections
    .filter(({ status }) => status === 'reconnect')
    .map(({ crm, connectedAt, grantId, statusReason }) => ({
      code: 'crm_reconnect',
      sentence:
        grantId === null && statusReason
          ? statusReason
          : `${nameOf(crm)} no longer accepts SalesOS. Nothing new appears on the record until it is connected again; nothing is lost.`,
      howToFix: 'An admin connects it again in the settings of SalesOS.',
      at: connectedAt.toISOString(),
    }));
  const broken = connections
    .filter(({ status }) => status === 'connected')
    .flatMap(({ problems }) => problems)
    .map(({ code, sentence, howToFix, since }) => ({ code, sentence, howToFix, at: since.toISOString() }));
  const rows = await readTroubledWrites(ctx, contactId, manyAttempts, most);
  const troubles = rows.flatMap((row) => {
    const connection = connections.find(({ id }) => id === row.connectionId);
    // What the whole account refuses is said once above.
    if (connection?.problems.some(({ code }) => code === row.failureCode)) return [];
    return [{ ...describe(row, nameOf(connection?.crm ?? 'the CRM')), at: row.updatedAt.toISOString() }];
  });
  return [...lost, ...broken, ...troubles];
}

const whatOf: Record<WriteRow['kind'], string> = {
  email: 'a mail on the timeline',
  fields: 'the score and sequence status',
  task: 'a task',
};

function describe(row: WriteRow, crmName: string) {
  const what = whatOf[row.kind];
  const reason = row.failureReason ?? '';
  if (row.state !== 'refused')
    return {
      code: 'sync_delayed',
      sentence:
        `${crmName} has not taken ${what} yet (tried ${row.attemptCount} times). SalesOS keeps trying. ${reason}`.trim(),
      howToFix: 'Wait, or ask the admin of your CRM whether it has a disturbance.',
    };
  return {
    code: 'sync_refused',
    sentence: `${crmName} refused ${what}: ${reason}`,
    howToFix: fixes[row.failureCode ?? ''] ?? otherFix,
  };
}
