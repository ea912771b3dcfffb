import type { Ctx } from '../src/core/ctx.ts';
import { newId } from '../src/core/ids.ts';
import type { NewMessage } from '../src/email/delivery/messages.ts';
import { scheduleMessages } from '../src/email/delivery/schedule.ts';
import { storeGrant } from '../src/tenants/index.ts';

/** Believable rows, so that a test states only what matters to it. */

export async function addContact(
  ctx: Ctx,
  { address = 'kim@prospect.example', firstName = 'Kim', timeZone = 'Europe/Berlin' } = {},
): Promise<string> {
  const id = newId(ctx.clock.now());
  const createdAt = ctx.clock.now();
  await ctx.db
    .insertInto('contact')
    .values({
      tenantId: ctx.tenantId,
      id,
      firstName,
      lastName: 'Larsen',
      jobTitle: 'Buyer',
      companyName: 'Prospect AG',
      ownerMemberId: null,
      timeZone,
      timeZoneSource: 'record',
      country: 'DE',
      properties: '{}',
      mergedIntoId: null,
      fetchedAt: createdAt,
      createdAt,
    })
    .execute();
  await ctx.db
    .insertInto('contactAddress')
    .values({ tenantId: ctx.tenantId, contactId: id, address, position: 0 })
    .execute();
  return id;
}

export async function addMailbox(
  ctx: Ctx,
  {
    address = 'robin@sender.example',
    vendor = 'model',
    dailyCap = 1000,
    spacingSeconds = 0,
    cursor = '0' as string | null,
    grant = { accessToken: 'access', refreshToken: 'refresh' },
  } = {},
): Promise<string> {
  const id = newId(ctx.clock.now());
  const now = ctx.clock.now();
  await ctx.db
    .insertInto('mailbox')
    .values({
      tenantId: ctx.tenantId,
      id,
      vendor,
      address,
      displayName: 'Robin Vale',
      ownerMemberId: null,
      status: 'connected',
      statusReason: null,
      dailyCap,
      spacingSeconds,
      timeZone: 'Europe/Berlin',
      sentOn: null,
      lastSentAt: null,
      reservedUntil: null,
      cursor,
      syncedAt: now,
      nextSyncAt: now,
      watchExpiresAt: null,
      createdAt: now,
    })
    .execute();
  const expiresAt = new Date(now.getTime() + 10 * 365 * 86_400_000);
  await storeGrant(ctx, {
    id,
    vendor,
    account: address,
    tokens: { ...grant, expiresAt, scopes: [] },
  });
  return id;
}

/** A mail that is due now, as a sequence would schedule it. */
export async function addMessage(
  ctx: Ctx,
  of: { contactId: string; mailboxId: string } & Partial<NewMessage>,
): Promise<string> {
  const [message] = await scheduleMessages(ctx, [
    {
      toAddress: 'kim@prospect.example',
      enrollmentId: newId(ctx.clock.now()),
      stepIndex: 0,
      template: null,
      content: {
        subject: 'Hello {{first_name}}',
        html: '<p>Hi {{first_name}}, <a href="https://example.com/a">look</a></p>',
        text: null,
      },
      variables: { first_name: 'Kim', full_name: 'Kim Larsen', postal_address: '1 Main Street' },
      notBefore: ctx.clock.now(),
      window: null,
      replyInThread: false,
      repliesSince: ctx.clock.now(),
      trackingLevel: 'full',
      copyCrm: null,
      copyTo: null,
      whyWaiting: null,
      ...of,
    },
  ]);
  return message!.id;
}
