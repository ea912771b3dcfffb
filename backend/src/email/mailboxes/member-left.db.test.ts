import { expect, it } from 'vitest';
import { startTestSystem } from '../../../testing/system.ts';
import type { Sockets } from '../../core/ctx.ts';
import { emit } from '../../core/events.ts';
import { memberFromIdentity } from '../../tenants/index.ts';
import { jobs, reactions } from '../wakeups.ts';
import { upsertMailbox } from './mailbox-queries.ts';
import { getMailbox, resumeMailbox } from './mailboxes.ts';

const oauth: Sockets['oauth'] = new Map([['crm', { id: 'crm', name: 'Team CRM' } as never]]);
const sockets = { mailboxes: new Map(), crms: new Map(), oauth } as Sockets;
const world = await startTestSystem({ sockets, jobs, reactions });

it('a colleague who left rests their own mailboxes, once, until somebody resumes them', async () => {
  const ctx = await world.tenant();
  const mailbox = async (ownerMemberId: string | null, address: string) =>
    (
      await upsertMailbox(ctx, {
        vendor: 'google',
        address,
        displayName: null,
        ownerMemberId,
        dailyCap: 100,
        spacingSeconds: 90,
        timeZone: 'UTC',
        cursor: '1',
      })
    ).id;
  const { id: memberId } = await memberFromIdentity(ctx, { crm: 'crm', crmUserId: '1', email: 'bo@acme.test' });
  const [own, shared] = [await mailbox(memberId, 'bo@acme.test'), await mailbox(null, 'team@acme.test')];
  await emit(ctx, 'member.left', { memberId, crm: 'crm' });
  await world.runJobs();
  expect(await getMailbox(ctx, own)).toMatchObject({
    status: 'paused',
    statusReason: expect.stringContaining('removed SalesOS from Team CRM'),
  });
  expect(await getMailbox(ctx, shared)).toMatchObject({ status: 'connected' });
  await resumeMailbox(ctx, own);
  expect(await getMailbox(ctx, own)).toMatchObject({ status: 'connected' });
});
