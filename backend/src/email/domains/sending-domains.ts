import type { DomainFinding } from '@salesos/shared/cards.ts';
import { type Ctx, type System, tenantContext } from '../../core/ctx.ts';
import { inParallel } from '../../core/jobs.ts';
import { getMailbox } from '../mailboxes/mailboxes.ts';
import { judgeDomain, readDomain } from './check-domain.ts';
import { domainOf, isPublicMailDomain } from './public-mail-domains.ts';
import {
  checkSoon,
  forgetDomain,
  readDomains,
  saveFindings,
  takeDomainsToCheck,
  watchDomain,
} from './send-settings-queries.ts';

const checkEverySeconds = 86_400;
const askAgainSeconds = 3600;
const leaseSeconds = 120;
const atOnce = 20;

export interface SendingDomain {
  domain: string;
  /** Null until the first check is done, a minute after the mailbox was connected. */
  checkedAt: Date | null;
  findings: DomainFinding[];
}

/** The domains that the account's mailboxes send from, with what is to be mended. */
export const listSendingDomains = (ctx: Ctx): Promise<SendingDomain[]> => readDomains(ctx);

/** Somebody has just mended something: look now, not tomorrow. */
export const recheckDomains = (ctx: Ctx): Promise<void> => checkSoon(ctx);

/** A mailbox's domain is checked from its connection on. One of a public provider is nobody's to mend. */
export async function watchMailboxDomain(ctx: Ctx, mailboxId: string): Promise<void> {
  const domain = domainOf((await getMailbox(ctx, mailboxId)).address);
  if (!isPublicMailDomain(domain)) await watchDomain(ctx, domain);
}

/** Checks the domains whose turn it is. */
export async function checkDomains(system: System): Promise<boolean> {
  const now = system.clock.now();
  const due = await takeDomainsToCheck(system, now, new Date(now.getTime() + leaseSeconds * 1000), atOnce);
  await inParallel(due, 4, async ({ tenantId, domain, vendors }) => {
    const ctx = tenantContext(system, tenantId);
    if (vendors.length === 0) return forgetDomain(ctx, domain);
    const findings = judgeDomain(await readDomain(system.sockets.dns, domain, vendors));
    const answered = findings.every(({ state, howToFix }) => state !== 'unknown' || howToFix !== null);
    const seconds = answered ? checkEverySeconds : askAgainSeconds;
    await saveFindings(ctx, domain, findings, new Date(now.getTime() + seconds * 1000));
  });
  return due.length === atOnce;
}
