/** The packaged fields on Contact and Lead: checked when an org connects, written whenever they change. */
import { type CrmAccount, CrmRefused, type PersonFields, type WriteResult } from '../../crm-sync/crm.ts';
import { NotAllowed, type SalesforceApi } from './api.ts';
import type { Describer } from './describe.ts';
import { personType, personTypes } from './person.ts';
import { afterReading, findPlaces, gone, type Place } from './places.ts';
import { howToFix } from './refusals.ts';
import { type Row, writeRows } from './write-rows.ts';

const fieldNames = ['Score__c', 'Tier__c', 'Last_Engaged__c', 'Sequence_Status__c', 'Status_Reason__c'] as const;
const longestText = 255;

/** Hidden from us they would look empty: somebody who opted out would seem not to have. */
const mustRead = ['Email', 'HasOptedOutOfEmail'];

/** The package brings the fields; an admin opens them. Throws CrmRefused with what is left to do. */
export async function ensureFields(describer: Describer, account: CrmAccount, namespace: string): Promise<void> {
  describer.forget(account);
  const wanted = fieldNames.map((name) => namespace + name);
  const unreadable: string[] = [];
  const closed: string[] = [];
  let seen = 0;
  for (const type of personTypes) {
    const known = await describe(describer, account, type);
    seen += wanted.filter((name) => known?.has(name)).length;
    unreadable.push(...mustRead.filter((name) => !known?.has(name)).map((name) => `${type}.${name}`));
    closed.push(...wanted.filter((name) => !known?.get(name)?.updateable).map((name) => `${type}.${name}`));
  }
  // Without the permission set the fields of an installed package look just as absent.
  if (seen === 0) {
    const sentence =
      'The SalesOS package is not installed in this org, or its fields are hidden from the user who connected.';
    throw new CrmRefused('PACKAGE_MISSING', sentence, howToFix.PACKAGE_MISSING);
  }
  const sentences = [
    closed.length > 0 ? `SalesOS may not write these fields: ${closed.join(', ')}.` : '',
    unreadable.length > 0 ? `SalesOS may not read these fields: ${unreadable.join(', ')}.` : '',
  ].filter(Boolean);
  if (sentences.length === 0) return;
  throw new CrmRefused('FIELD_PERMISSION_MISSING', sentences.join(' '), howToFix.FIELD_PERMISSION_MISSING);
}

async function describe(describer: Describer, account: CrmAccount, type: string) {
  try {
    return await describer.of(account, type);
  } catch (error) {
    if (error instanceof NotAllowed) throw new CrmRefused(error.errorCode, error.sentence, error.howToFix);
    throw error;
  }
}

/** One result per person, in order. Where somebody is named twice the last one is written, and both get its result. */
export async function writeFields(
  api: SalesforceApi,
  describer: Describer,
  account: CrmAccount,
  people: PersonFields[],
  namespace: string,
): Promise<WriteResult[]> {
  const latest = [...new Map(people.map((person) => [person.recordId, person])).values()];
  const ids = latest.map(({ recordId }) => recordId);
  const write = async (places: Map<string, Place>): Promise<WriteResult[]> => {
    const results = new Map<string, WriteResult>();
    for (const type of personTypes) {
      const rows = latest.filter(({ recordId }) => personType(recordId) === type).map((one) => toRow(one, namespace));
      // Side by side: rows of one account in two calls at once would lock each other out.
      rows.sort((a, b) => sortKey(places, a).localeCompare(sortKey(places, b)));
      const written = await writeRows(api, account, { verb: 'update', type }, rows);
      for (const [index, result] of written.entries()) results.set(String(rows[index]?.Id), result);
    }
    if ([...results.values()].some((one) => one.outcome === 'refused' && one.code.startsWith('INVALID_FIELD'))) {
      describer.forget(account);
    }
    return people.map(({ recordId }) => results.get(recordId) ?? gone);
  };
  return afterReading(
    people.map(() => ({ maybeWritten: false })),
    // One row alone has no neighbour to be sorted by.
    async () => (ids.length > 1 ? findPlaces(api, account, ids) : new Map()),
    write,
  );
}

const sortKey = (places: Map<string, Place>, row: Row): string =>
  `${places.get(String(row.Id))?.accountId ?? ''} ${row.Id}`;

function toRow(person: PersonFields, namespace: string): Row {
  const values: Record<(typeof fieldNames)[number], string | number | null> = {
    Score__c: person.score,
    Tier__c: String(person.tier),
    Last_Engaged__c: person.lastEngagedAt?.toISOString() ?? null,
    Sequence_Status__c: shortened(person.sequenceStatus),
    Status_Reason__c: shortened(person.statusReason),
  };
  const prefixed = Object.entries(values).map(([name, value]) => [namespace + name, value]);
  return { Id: person.recordId, ...Object.fromEntries(prefixed) };
}

export const shortened = (text: string, most = longestText): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
