import type { Database } from '../../core/db.ts';
import { domainOf, isPublicMailDomain } from '../domains/public-mail-domains.ts';
import { type Ceiling, nextMidnight } from './allowance.ts';
import {
  type DueMailbox,
  type DueMessage,
  lockSendCounts,
  type SendCount,
  saveSendCounts,
} from './delivery-queries.ts';

type Box = Pick<DueMailbox, 'tenantId' | 'timeZone' | 'accountDailyCap' | 'recipientDomainDailyCap'> & {
  sentOn: string;
};
type Mail = Pick<DueMessage, 'toAddress' | 'window'>;

interface Limit {
  scope: string;
  most: number;
  /** As in "your account has sent 40 mails today". */
  say: (count: number) => string;
}

/** The daily limits a message has in common with those of other mailboxes. Only what is limited is counted. */
export function limitsOf(box: Pick<Box, 'accountDailyCap' | 'recipientDomainDailyCap'>, mail: Mail): Limit[] {
  const domain = domainOf(mail.toAddress);
  const { sequence } = mail.window ?? {};
  const limits: Limit[] = [];
  if (box.accountDailyCap !== null)
    limits.push({
      scope: 'account',
      most: box.accountDailyCap,
      say: (count) => `your account has sent ${count} ${mailsOf(count)} today`,
    });
  if (box.recipientDomainDailyCap !== null && !isPublicMailDomain(domain))
    limits.push({
      scope: `domain:${domain}`,
      most: box.recipientDomainDailyCap,
      say: (count) => `your account has sent ${count} ${mailsOf(count)} to ${domain} today`,
    });
  if (sequence)
    limits.push({
      scope: `sequence:${sequence.id}`,
      most: sequence.dailyCap,
      say: (count) => `this sequence has sent ${count} ${mailsOf(count)} today`,
    });
  return limits;
}

const mailsOf = (count: number) => (count === 1 ? 'mail' : 'mails');

/**
 * The counters that the due messages share, locked until the transaction ends: two mailboxes at once cannot pass a limit
 * together. A day lasts until the first of the account's mailboxes has midnight.
 */
export async function lockSharedCeilings(db: Database, due: { mail: Mail; box: Box }[]) {
  const wanted = new Map<string, SendCount>();
  for (const { mail, box } of due)
    for (const { scope } of limitsOf(box, mail)) {
      const key = `${box.tenantId} ${scope}`;
      const known = wanted.get(key);
      if (!known || known.day < box.sentOn)
        wanted.set(key, { tenantId: box.tenantId, scope, day: box.sentOn, sentCount: 0 });
    }
  const rows = await lockSendCounts(db, [...wanted.values()]);
  const counts = new Map(rows.map((row) => [`${row.tenantId} ${row.scope}`, row]));
  return {
    of: (box: Box, mail: Mail, now: Date): Ceiling[] =>
      limitsOf(box, mail).map(({ scope, most, say }) => {
        const used = counts.get(`${box.tenantId} ${scope}`)!.sentCount;
        return {
          used,
          most,
          freeAt: nextMidnight(box.timeZone, now),
          because: `${say(used)}, and the limit is ${most} a day`,
        };
      }),
    count(box: Box, mail: Mail): void {
      for (const { scope } of limitsOf(box, mail)) counts.get(`${box.tenantId} ${scope}`)!.sentCount++;
    },
    save: () => saveSendCounts(db, rows),
  };
}
