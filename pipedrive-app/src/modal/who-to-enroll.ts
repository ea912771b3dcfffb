import type { Where } from '../platform/where.ts';

type Who =
  | { kind: 'person'; recordId: string }
  | { kind: 'people'; recordIds: string[] }
  | { kind: 'group'; objectType: string; recordId: string }
  | { kind: 'nobody'; title: string; text: string };

/** Whom the modal is about: the panel names a person, a record's menu names the record, a list's menu what is marked in it. */
export function whoToEnroll({ resource, selectedIds, data }: Where): Who {
  if (data.personId) return { kind: 'person', recordId: data.personId };
  const [recordId, ...more] = selectedIds;
  if (!recordId) {
    return {
      kind: 'nobody',
      title: 'Nobody is chosen',
      // “Select all” hands over a filter and no records.
      text: 'Mark people one by one in the list, at most 200, and open this again. “Select all” does not say who they are.',
    };
  }
  if (resource === 'person')
    return more.length === 0 ? { kind: 'person', recordId } : { kind: 'people', recordIds: selectedIds };
  if (more.length === 0) return { kind: 'group', objectType: resource, recordId };
  return {
    kind: 'nobody',
    title: 'Choose one record',
    text: 'Of a deal or an organization you choose the person to enroll. Open one at a time, or mark people in the list of people.',
  };
}
