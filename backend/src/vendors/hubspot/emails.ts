/**
 * Mails on the contact's timeline, each once.
 *
 * HubSpot has no idempotency key, and search lags. So our key travels inside `hs_email_headers`, a JSON string that is
 * stored with the email: this needs no custom property on emails (a scope and a tier some accounts lack) and is invisible
 * to people. When an earlier try may have been carried out, the emails associated with the contact are read (associations
 * do not lag) and searched for the key. Should HubSpot drop members it does not know, an email of the same millisecond,
 * direction and subject on the same contact is the same email.
 */
import { AssociationTypes } from '@hubspot/api-client/lib/src/enums/AssociationTypes.js';
import { z } from 'zod';
import { inParts } from '../../core/in-parts.ts';
import type { CrmAccount, EmailActivity } from '../../crm-sync/crm.ts';
import type { HubSpotApi } from './api.ts';
import type { CrmRecord } from './person.ts';
import { readBatch, recordsPerCall } from './read-batch.ts';
import type { WriteRow } from './write-rows.ts';

const readProperties = ['hs_timestamp', 'hs_email_direction', 'hs_email_subject', 'hs_email_headers'];
/** The longest value HubSpot takes in a text property, in characters; more would refuse the mail for good. */
const longestValue = 65_536;

/** `contactId` is where the record lives now; the company gets the mail too, where the contact has one. */
export function toEmailRow(activity: EmailActivity, contactId: string, companyId: string | null): WriteRow {
  return {
    objectWriteTraceId: activity.key,
    properties: {
      hs_timestamp: activity.at.toISOString(),
      hs_email_direction: directionOf(activity),
      hs_email_status: 'SENT',
      hs_email_subject: activity.subject,
      hs_email_text: activity.text.slice(0, longestValue).toWellFormed(),
      // HTML cannot be cut without breaking it: a very long one is left to the text.
      ...(activity.html === null || activity.html.length > longestValue ? {} : { hs_email_html: activity.html }),
      ...(activity.ownerId === null ? {} : { hubspot_owner_id: activity.ownerId }),
      hs_email_headers: JSON.stringify({
        from: toHeaderPerson(activity.from),
        to: [toHeaderPerson(activity.to)],
        cc: [],
        bcc: [],
        salesosKey: activity.key,
      }),
    },
    associations: [
      link(contactId, AssociationTypes.emailToContact),
      ...(companyId === null ? [] : [link(companyId, AssociationTypes.emailToCompany)]),
    ],
  };
}

function link(id: string, associationTypeId: number) {
  return { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] };
}

function directionOf(activity: EmailActivity): string {
  return activity.direction === 'outgoing' ? 'EMAIL' : 'INCOMING_EMAIL';
}

function toHeaderPerson({ address, name }: EmailActivity['from']) {
  const words = name?.trim().split(/\s+/) ?? [];
  const lastName = words.length > 1 ? words.pop() : '';
  return { email: address, firstName: words.join(' '), lastName };
}

const linkedEmails = z.object({
  results: z.array(
    z.object({
      to: z.array(z.object({ toObjectId: z.union([z.string(), z.number()]).transform(String) })),
      paging: z.object({ next: z.object({ after: z.string() }) }).nullish(),
    }),
  ),
});

/** The HubSpot id of an activity that is already on the contact's timeline, or null. */
export async function findLogged(
  api: HubSpotApi,
  account: CrmAccount,
  contactId: string,
  activity: EmailActivity,
): Promise<string | null> {
  const ids = await emailIdsOf(api, account, contactId);
  // Newest first: what was written a minute ago is found in the first hundred.
  ids.sort((a, b) => Number(b) - Number(a));
  for (const some of inParts(ids, recordsPerCall)) {
    const emails = await readBatch(api, account, 'emails', some, readProperties);
    const same = [...emails.values()].find((record) => isSame(record, activity));
    if (same) return same.id;
  }
  return null;
}

async function emailIdsOf(api: HubSpotApi, account: CrmAccount, contactId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const body = { inputs: [{ id: contactId, ...(after === undefined ? {} : { after }) }] };
    const path = '/crm/associations/2026-09/contacts/emails/batch/read';
    const answer = await api.read(account, { method: 'POST', path, body }, linkedEmails);
    const page = answer?.results[0];
    ids.push(...(page?.to ?? []).map(({ toObjectId }) => toObjectId));
    after = page?.paging?.next.after;
    if (after === undefined) return ids;
  }
}

function isSame({ properties }: CrmRecord, activity: EmailActivity): boolean {
  const key = keyOf(properties.hs_email_headers ?? null);
  if (key !== null) return key === activity.key;
  return (
    new Date(properties.hs_timestamp ?? Number.NaN).getTime() === activity.at.getTime() &&
    properties.hs_email_direction === directionOf(activity) &&
    (properties.hs_email_subject ?? '') === activity.subject
  );
}

const keyedHeaders = z.object({ salesosKey: z.string() });

function keyOf(headers: string | null): string | null {
  try {
    return keyedHeaders.safeParse(JSON.parse(headers ?? '')).data?.salesosKey ?? null;
  } catch {
    return null;
  }
}
