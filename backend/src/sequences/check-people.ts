import { mayContact, type Refusal } from '../compliance/index.ts';
import { type Contact, getContact, getContacts } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { getMailbox, listMailboxes, type Mailbox, mailboxFor, senderVariables } from '../email/index.ts';
import type { Tenant } from '../tenants/index.ts';
import { mailSteps, missingValuesOf } from './missing-values.ts';
import { forbidsMailOnly, refuse } from './refusals.ts';
import type { RunnableDefinition } from './stored-definition.ts';

/** Somebody who may be enrolled, or the reason why not. */
export interface Checked {
  contact: Contact | null;
  mailbox: Mailbox | null;
  refusal: Refusal | null;
}

/** Asks everything that can forbid an enrollment, for many people in a few queries; answers in the order of the ids. */
export async function checkPeople(
  ctx: Ctx,
  tenant: Tenant,
  version: RunnableDefinition,
  { contactIds, mailboxId }: { contactIds: string[]; mailboxId?: string },
): Promise<Checked[]> {
  const people = await findPeople(ctx, contactIds);
  const mails = await mailSteps(ctx, version);
  const chooseMailbox = mailboxChooser(ctx, mailboxId);
  const missingValues = missingValuesOf(ctx, mails);
  const asked = people.filter((contact) => contact !== null);
  const answers = await mayContact(
    ctx,
    asked.map((contact) => ({ contactId: contact.id, address: contact.addresses[0] ?? '' })),
  );
  const refusals = new Map(asked.map((contact, index) => [contact.id, answers[index] ?? null]));
  const checked: Checked[] = [];
  for (const contact of people) {
    if (!contact) {
      checked.push({ contact, mailbox: null, refusal: refuse('RECORD_NOT_FOUND') });
      continue;
    }
    const { mailbox, refusal: noMailbox } = await chooseMailbox(contact);
    const forbidden = refusals.get(contact.id);
    const refusal =
      (forbidden && (mails.length > 0 || !forbidsMailOnly(forbidden.code)) ? forbidden : null) ??
      noMailbox ??
      missing(missingValues(contact, mailbox ? senderVariables(mailbox, tenant.postalAddress) : {}));
    checked.push({ contact, mailbox, refusal });
  }
  return checked;
}

async function findPeople(ctx: Ctx, contactIds: string[]): Promise<(Contact | null)[]> {
  const found = await getContacts(ctx, contactIds);
  const people: (Contact | null)[] = [];
  for (const id of contactIds) {
    const contact = found.get(id) ?? null;
    people.push(contact?.status === 'merged' ? await getContact(ctx, id) : contact);
  }
  return people;
}

function missing(names: string[]): Refusal | null {
  if (names.length === 0) return null;
  return refuse(
    'MISSING_VALUES',
    `The record lacks values that the mails need and for which no fallback is set: ${names.join(', ')}.`,
  );
}

type Choice = { mailbox: Mailbox | null; refusal: Refusal | null };

/** The mailbox asked for, or else the one of the person's owner, or else the only one there is. Asked once per owner. */
function mailboxChooser(ctx: Ctx, mailboxId: string | undefined): (contact: Contact) => Promise<Choice> {
  const chosen = new Map<string | null, Choice>();
  return async ({ ownerMemberId }) => {
    const key = mailboxId ?? ownerMemberId;
    const choice = chosen.get(key) ?? (await (mailboxId ? given(ctx, mailboxId) : ofOwner(ctx, ownerMemberId)));
    chosen.set(key, choice);
    return choice;
  };
}

async function given(ctx: Ctx, mailboxId: string): Promise<Choice> {
  try {
    return usable(await getMailbox(ctx, mailboxId));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return { mailbox: null, refusal: refuse('NO_MAILBOX', 'There is no mailbox with this id.') };
  }
}

async function ofOwner(ctx: Ctx, ownerMemberId: string | null): Promise<Choice> {
  const mailbox = await mailboxFor(ctx, ownerMemberId);
  if (mailbox) return usable(mailbox);
  const [lost] = ownerMemberId ? await listMailboxes(ctx, ownerMemberId) : [];
  return lost ? usable(lost) : { mailbox: null, refusal: refuse('NO_MAILBOX') };
}

function usable(mailbox: Mailbox): Choice {
  const canSend = mailbox.status === 'connected' || mailbox.status === 'paused';
  return {
    mailbox,
    refusal: canSend
      ? null
      : refuse('MAILBOX_DISCONNECTED', `${mailbox.address} must be connected again before it can send.`),
  };
}
