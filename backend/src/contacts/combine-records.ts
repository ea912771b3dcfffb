import { z } from 'zod';
import type { TimeZoneSource } from './time-zone.ts';

/** What one CRM says of a person, cleaned; kept with its record. */
export const saidByCrm = z.object({
  addresses: z.array(z.string()),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  jobTitle: z.string().nullable(),
  companyName: z.string().nullable(),
  ownerMemberId: z.string().nullable(),
  timeZone: z.string().nullable(),
  timeZoneSource: z.enum(['record', 'country', 'account'] satisfies TimeZoneSource[]),
  country: z.string().nullable(),
  properties: z.record(z.string(), z.string()),
  /** Of this record alone: nothing of the person, and no value for templates. */
  mailCopyTo: z.string().nullable().default(null),
});
export type SaidByCrm = z.output<typeof saidByCrm>;

/**
 * One person from what the CRMs say. The record that was known first leads, so two CRMs that disagree do not take turns;
 * what it leaves blank the others fill in. Every address counts: an answer may come from any of them.
 */
export function combineRecords(records: [SaidByCrm, ...SaidByCrm[]]): Omit<SaidByCrm, 'mailCopyTo'> {
  const first = <K extends keyof SaidByCrm>(key: K) => records.find((record) => record[key] !== null)?.[key] ?? null;
  const zone =
    records.find(({ timeZoneSource }) => timeZoneSource === 'record') ??
    records.find(({ timeZoneSource }) => timeZoneSource === 'country') ??
    records[0];
  return {
    addresses: [...new Set(records.flatMap(({ addresses }) => addresses))],
    firstName: first('firstName'),
    lastName: first('lastName'),
    jobTitle: first('jobTitle'),
    companyName: first('companyName'),
    ownerMemberId: first('ownerMemberId'),
    timeZone: zone.timeZone,
    timeZoneSource: zone.timeZoneSource,
    country: first('country'),
    properties: Object.assign({}, ...records.map(({ properties }) => properties).reverse()),
  };
}
