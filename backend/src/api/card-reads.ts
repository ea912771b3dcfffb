/** What the cards ask for without changing anything. */
import type { CardPath, CardResponse, ParsedCardRequest } from '@salesos/shared/cards.ts';
import { listDecisions } from '../core/decisions.ts';
import { InvalidInput } from '../core/errors.ts';
import { readGroup } from '../crm-sync/index.ts';
import { listMailboxes, type Mailbox } from '../email/index.ts';
import { listSequences, previewEnrollment } from '../sequences/index.ts';
import type { CardCaller } from './authenticate.ts';
import { rotateAutomation, showAutomation } from './automation-settings.ts';
import { linkToCrm, newKey } from './card-crms.ts';
import { presentGroup } from './card-group.ts';
import { requireRecord } from './card-permission.ts';
import { contactOf, readActivity, readCard } from './card-record.ts';
import { readToday } from './card-today.ts';
import { connectLinkUrl } from './connect-link.ts';
import { pageOf } from './page-of.ts';
import { presentDecision } from './people.ts';
import { readSettings } from './settings.ts';

export type CardRead<P extends CardPath> = (
  caller: CardCaller,
  request: ParsedCardRequest<P>,
) => Promise<CardResponse<P>>;

const choicesPerPage = 20;
const decisionsPerPage = 20;

export const cardReads = {
  '/cards/contact': async (caller, record) => readCard(caller, await contactOf(caller, record)),
  '/cards/activity': async (caller, { cursor, ...record }) =>
    readActivity(caller, await contactOf(caller, record), cursor),
  '/cards/group': async (caller, record) => {
    await requireRecord(caller, record);
    return presentGroup(caller, await readGroup(caller.ctx, { crm: caller.crm, ...record }));
  },
  '/cards/today': (caller) => readToday(caller),
  '/cards/enroll/choices': async ({ ctx, member }, { query, cursor }) => {
    const page = { limit: choicesPerPage, ...(cursor ? { cursor } : {}) };
    const sequences = await pageOf(
      page,
      (at) => listSequences(ctx, { status: 'published', query, ...at }),
      ({ id, name, description }) => ({ id, name, description }),
    );
    const mailboxes = (await listMailboxes(ctx)).filter(({ status }) => status !== 'disconnected');
    return {
      sequences: sequences.data,
      nextCursor: sequences.nextCursor,
      mailboxes: mailboxes
        .map((mailbox) => ({
          id: mailbox.id,
          address: mailbox.address,
          isOwn: mailbox.ownerMemberId === member.id,
          blockedBy: blockOf(mailbox),
        }))
        .sort((a, b) => Number(b.isOwn) - Number(a.isOwn)),
    };
  },
  '/cards/enroll/preview': async (caller, { sequenceId, mailboxId, ...record }) => {
    const contact = await contactOf(caller, record);
    return previewEnrollment(caller.ctx, { contactId: contact.id, sequenceId, mailboxId });
  },
  '/cards/decisions': async (caller, { cursor, ...record }) => {
    const contact = await contactOf(caller, record);
    const page = { limit: decisionsPerPage, ...(cursor ? { cursor } : {}) };
    const { data, nextCursor } = await pageOf(
      page,
      (at) => listDecisions(caller.ctx, { contactId: contact.id, ...at }),
      presentDecision,
    );
    return { decisions: data, nextCursor };
  },
  '/cards/settings': (caller) => showSettings(caller),
  '/cards/crms/connect': linkToCrm,
  // Repeated by a page that got no answer it makes another key, and the page shows the later one.
  '/cards/crms/key': (caller, { connectionId }) => newKey(caller, connectionId),
  '/cards/automation': (caller) => showAutomation(caller),
  // Repeated by a page that got no answer it makes another password, and the page shows the later one.
  '/cards/automation/rotate': (caller) => rotateAutomation(caller),
  '/cards/mailboxes/connect': async ({ ctx, member }, { vendor }) => {
    if (!ctx.sockets.mailboxes.has(vendor))
      throw new InvalidInput('This kind of mailbox is not set up here: ask whoever runs SalesOS for you.', {
        code: 'vendor_not_offered',
      });
    return { url: connectLinkUrl(ctx, vendor, { tenantId: ctx.tenantId, memberId: member.id }) };
  },
} satisfies { [P in CardPath]?: CardRead<P> };

/** The settings, and whether this rep may change them. Who is who only admins are asked: a rep may not open all these people. */
export async function showSettings({ ctx, member }: CardCaller): Promise<CardResponse<'/cards/settings'>> {
  const settings = await readSettings(ctx);
  return member.role === 'admin'
    ? { ...settings, canEdit: true }
    : { ...settings, samePersonQuestions: [], canEdit: false };
}

function blockOf({ status }: Mailbox): string | null {
  if (status === 'reconnect') return 'It must be connected again in the settings before it can send.';
  return status === 'paused' ? 'It is paused: mails wait until it goes on.' : null;
}
