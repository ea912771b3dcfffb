/**
 * Mails on the timeline, each once: as an EmailMessage where the org has Enhanced Email, else as a completed task, never both.
 * A mail that may be there already is looked up by our key before it is created.
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_emailmessage.htm
 */
import { z } from 'zod';
import { inParts } from '../../core/in-parts.ts';
import type { CrmAccount, EmailActivity, WriteResult } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';
import type { Describer } from './describe.ts';
import { shortened } from './fields.ts';
import { personType } from './person.ts';
import { afterReading, findPlaces, gone, type Place } from './places.ts';
import { soql } from './soql.ts';
import { findTasks, referenceText } from './task-reference.ts';
import { type Row, writeRows } from './write-rows.ts';

const keysPerQuery = 100;
const daySeconds = 86_400;
const longestBody = 131_072;
const longestSubject = 3000;

interface Known {
  places: Map<string, Place>;
  isEnhanced: boolean;
  /** Salesforce's id by our key, of mails that are there already. */
  asTasks: Map<string, string>;
  asMails: Map<string, string>;
}

/** One result per activity, in order. */
export async function logEmails(
  api: SalesforceApi,
  describer: Describer,
  account: CrmAccount,
  activities: EmailActivity[],
): Promise<WriteResult[]> {
  const read = async (): Promise<Known> => {
    const places = await findPlaces(
      api,
      account,
      activities.map(({ recordId }) => recordId),
    );
    // Where only cases have mails the object is there, without this field.
    const mailFields = await describer.of(account, 'EmailMessage');
    const isEnhanced = mailFields?.get('ToIds')?.createable ?? false;
    const unsure = activities.filter(({ maybeWritten, recordId }) => maybeWritten && places.has(recordId));
    // In both forms: the org may have changed to the other one since the first try.
    const asTasks = await findTasks(
      api,
      account,
      'Email',
      unsure.map((one) => ({ ...one, whoId: places.get(one.recordId)!.id })),
      new Date(Math.min(...unsure.map((one) => one.at.getTime())) - daySeconds * 1000),
    );
    const asMails = mailFields?.has('MessageIdentifier')
      ? await findMails(api, account, unsure)
      : new Map<string, string>();
    return { places, isEnhanced, asTasks, asMails };
  };
  return afterReading(activities, read, (known) => write(api, account, activities, known));
}

async function write(
  api: SalesforceApi,
  account: CrmAccount,
  activities: EmailActivity[],
  { places, isEnhanced, asTasks, asMails }: Known,
): Promise<WriteResult[]> {
  const results = new Map<string, WriteResult>();
  // By key, so that a mail named twice in one call is written once.
  const placed = new Map(
    activities.flatMap((mail) => {
      const place = places.get(mail.recordId);
      return place ? [[mail.key, { mail, place }] as const] : [];
    }),
  );
  for (const [key, crmId] of [...asTasks, ...asMails]) results.set(key, { outcome: 'written', crmId });
  const missing = [...placed.values()].filter(({ mail }) => !results.has(mail.key));
  const rows = missing.map(({ mail, place }) => (isEnhanced ? toMailRow(mail, place) : toTaskRow(mail, place)));
  const written = await writeRows(api, account, { verb: 'create', type: isEnhanced ? 'EmailMessage' : 'Task' }, rows);
  for (const [index, result] of written.entries()) results.set(missing[index]!.mail.key, result);
  const mails = [...placed.values()].filter(({ mail }) => asMails.has(mail.key) || !asTasks.has(mail.key));
  if (isEnhanced) await nameSenders(api, account, mails, results, new Set(asMails.keys()));
  return activities.map(({ key, recordId }) => (places.has(recordId) ? results.get(key)! : gone));
}

function toMailRow(mail: EmailActivity, place: Place): Row {
  const isIncoming = mail.direction === 'incoming';
  const isLead = personType(place.id) === 'Lead';
  return {
    MessageIdentifier: mail.key,
    Incoming: isIncoming,
    Status: isIncoming ? '1' : '3',
    MessageDate: mail.at.toISOString(),
    Subject: shortened(mail.subject, longestSubject),
    TextBody: mail.text.slice(0, longestBody).toWellFormed(),
    // HTML cannot be cut without breaking it: a very long one is left to the text.
    ...(mail.html === null || mail.html.length > longestBody ? {} : { HtmlBody: mail.html }),
    FromAddress: mail.from.address,
    FromName: mail.from.name,
    ToAddress: mail.to.address,
    ...(isIncoming ? {} : { ToIds: [place.id] }),
    // A lead cannot share an activity with another object.
    ...(place.accountId === null || isLead ? {} : { RelatedToId: place.accountId }),
  };
}

function toTaskRow(mail: EmailActivity, place: Place): Row {
  const isLead = personType(place.id) === 'Lead';
  return {
    Subject: shortened(`${mail.direction === 'incoming' ? 'Email received' : 'Email'}: ${mail.subject}`),
    Description: referenceText(mail.text, mail.key),
    Status: 'Completed',
    TaskSubtype: 'Email',
    ActivityDate: mail.at.toISOString().slice(0, 10),
    WhoId: place.id,
    ...(place.accountId === null || isLead ? {} : { WhatId: place.accountId }),
    ...(mail.ownerId === null ? {} : { OwnerId: mail.ownerId }),
  };
}

const idRow = z.object({ Id: z.string(), MessageIdentifier: z.string() });

async function findMails(
  api: SalesforceApi,
  account: CrmAccount,
  mails: EmailActivity[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const some of inParts([...new Set(mails.map(({ key }) => key))], keysPerQuery)) {
    const text = soql`SELECT Id, MessageIdentifier FROM EmailMessage WHERE MessageIdentifier IN ${some}`;
    for (const row of await api.query(account, text, idRow, { isBackground: true })) {
      found.set(row.MessageIdentifier, row.Id);
    }
  }
  return found;
}

const relationRow = z.object({ EmailMessageId: z.string() });

/**
 * Who a mail is from is a record of its own. It puts a reply on the person's timeline, so a reply without it is not written
 * yet; the colleague on a sent mail is a courtesy.
 */
async function nameSenders(
  api: SalesforceApi,
  account: CrmAccount,
  placed: { mail: EmailActivity; place: Place }[],
  results: Map<string, WriteResult>,
  foundKeys: Set<string>,
): Promise<void> {
  const mails = placed.flatMap(({ mail, place }) => {
    const result = results.get(mail.key);
    const senderId = mail.direction === 'incoming' ? place.id : mail.ownerId;
    return result?.outcome === 'written' && senderId ? [{ mail, id: result.crmId, senderId }] : [];
  });
  const unsure = mails.filter(({ mail }) => foundKeys.has(mail.key)).map(({ id }) => id);
  const named = new Set<string>();
  const query = async () => {
    for (const some of inParts(unsure, keysPerQuery)) {
      const text = soql`SELECT EmailMessageId FROM EmailMessageRelation WHERE RelationType = ${'FromAddress'} AND EmailMessageId IN ${some}`;
      for (const row of await api.query(account, text, relationRow, { isBackground: true }))
        named.add(row.EmailMessageId);
    }
    return mails.filter(({ id }) => !named.has(id));
  };
  const outcome = await afterReading(
    mails.map(() => ({ maybeWritten: true })),
    query,
    async (missing) => {
      const rows = missing.map(({ mail, id, senderId }) => ({
        EmailMessageId: id,
        RelationId: senderId,
        RelationType: 'FromAddress',
        RelationAddress: mail.from.address,
      }));
      const written = await writeRows(api, account, { verb: 'create', type: 'EmailMessageRelation' }, rows);
      return mails.map((one) => written[missing.indexOf(one)] ?? { outcome: 'written', crmId: one.id });
    },
  );
  for (const [index, { mail }] of mails.entries()) {
    const result = outcome[index]!;
    if (mail.direction === 'outgoing' || result.outcome === 'written') continue;
    // The mail itself is there.
    results.set(mail.key, { ...result, maybeWritten: true });
  }
}
