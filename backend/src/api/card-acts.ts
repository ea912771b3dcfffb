/** What a rep does from a card, in a transaction; each answers with a sentence. */
import type { CardPath, ParsedCardRequest } from '@salesos/shared/cards.ts';
import { answerSamePerson, type Contact } from '../contacts/index.ts';
import { NotFound } from '../core/errors.ts';
import {
  disconnectMailbox,
  getMailbox,
  pauseMailboxByHand,
  recheckDomains,
  resumeMailbox,
  updateMailbox,
} from '../email/index.ts';
import {
  completeTask,
  enroll,
  getEnrollment,
  listTasks,
  pauseEnrollment,
  resumeEnrollment,
  stopEnrollment,
} from '../sequences/index.ts';
import type { CardCaller } from './authenticate.ts';
import { checkCrm } from './card-crms.ts';
import { requireAdmin } from './card-permission.ts';
import { changeSettings } from './settings.ts';

/** What was done, in a sentence; or a refusal that was decided and stored, with its code in lower case. */
export type Done = string | { message: string; code: string };

const knownTasks = 500;

export type RecordAct<P extends CardPath> = (
  caller: CardCaller,
  request: ParsedCardRequest<P>,
  contact: Contact,
) => Promise<Done>;
export type SettingsAct<P extends CardPath> = (caller: CardCaller, request: ParsedCardRequest<P>) => Promise<Done>;

/** Acts on the record a card is open on; the answer is the card anew. */
export const recordActs = {
  '/cards/enroll': async ({ ctx }, { sequenceId, mailboxId }, contact) => {
    const outcome = await enroll(ctx, { contactId: contact.id, sequenceId, mailboxId, source: 'card' });
    if (outcome.result !== 'refused') return outcome.message;
    return { message: outcome.message, code: outcome.errorCode.toLowerCase() };
  },
  '/cards/enrollments/pause': async (caller, { enrollmentId }, contact) => {
    await ownEnrollment(caller, enrollmentId, contact);
    await pauseEnrollment(caller.ctx, enrollmentId);
    return 'Paused: nothing is sent until somebody resumes it.';
  },
  '/cards/enrollments/resume': async (caller, { enrollmentId }, contact) => {
    await ownEnrollment(caller, enrollmentId, contact);
    await resumeEnrollment(caller.ctx, enrollmentId);
    return 'Resumed: the card shows when the next step comes.';
  },
  '/cards/enrollments/stop': async (caller, { enrollmentId }, contact) => {
    await ownEnrollment(caller, enrollmentId, contact);
    await stopEnrollment(caller.ctx, enrollmentId);
    return 'Stopped: no further mail of this sequence is sent.';
  },
  '/cards/tasks/complete': async ({ ctx }, { taskId }, contact) => {
    const own = await listTasks(ctx, { contactId: contact.id, before: null, limit: knownTasks });
    if (!own.some(({ id }) => id === taskId)) throw new NotFound('task');
    await completeTask(ctx, taskId);
    return 'Done: the sequence goes on.';
  },
} satisfies { [P in CardPath]?: RecordAct<P> };
export type RecordActPath = keyof typeof recordActs;

/** Acts on the account; the answer is the settings anew. */
export const settingsActs = {
  '/cards/settings/update': async (caller, { idempotencyKey: _, ...change }) => {
    requireAdmin(caller, 'change these settings');
    await changeSettings(caller.ctx, change);
    return 'Saved.';
  },
  '/cards/crms/check': async (caller, { connectionId }) => {
    await checkCrm(caller, connectionId);
    return 'Checked within a minute.';
  },
  '/cards/people/same': async (caller, { questionId, isSame }) => {
    requireAdmin(caller, 'say who is the same person');
    await answerSamePerson(caller.ctx, { questionId, isSame });
    return isSame ? 'They are one person now.' : 'They stay two people.';
  },
  '/cards/mailboxes/update': async (caller, { mailboxId, idempotencyKey: _, ...change }) => {
    await requireOwnMailbox(caller, mailboxId);
    await updateMailbox(caller.ctx, mailboxId, change);
    return 'Saved.';
  },
  '/cards/mailboxes/pause': async (caller, { mailboxId }) => {
    await requireOwnMailbox(caller, mailboxId);
    await pauseMailboxByHand(caller.ctx, mailboxId);
    return 'Paused: its mails wait until it is resumed.';
  },
  '/cards/mailboxes/resume': async (caller, { mailboxId }) => {
    await requireOwnMailbox(caller, mailboxId);
    await resumeMailbox(caller.ctx, mailboxId);
    return 'Resumed: what waited for it leaves when it is its time.';
  },
  '/cards/settings/check-domains': async (caller) => {
    requireAdmin(caller, 'have the domains checked');
    await recheckDomains(caller.ctx);
    return 'Checked within a minute.';
  },
  '/cards/mailboxes/disconnect': async (caller, { mailboxId }) => {
    await requireOwnMailbox(caller, mailboxId);
    await disconnectMailbox(caller.ctx, mailboxId);
    return 'Disconnected: nothing more is sent from it.';
  },
} satisfies { [P in CardPath]?: SettingsAct<P> };
export type SettingsActPath = keyof typeof settingsActs;

/** The card acts on its own record's enrollments only; any other is answered as if it did not exist. */
async function ownEnrollment({ ctx }: CardCaller, id: string, contact: Contact): Promise<void> {
  if ((await getEnrollment(ctx, id)).contactId !== contact.id) throw new NotFound('enrollment');
}

async function requireOwnMailbox(caller: CardCaller, mailboxId: string): Promise<void> {
  const mailbox = await getMailbox(caller.ctx, mailboxId);
  if (mailbox.ownerMemberId !== caller.member.id) requireAdmin(caller, 'change a colleague’s mailbox');
}
