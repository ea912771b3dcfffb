/** Who has which permission set of the package, and giving one. */
import { type Connection, SfError } from '@salesforce/core';
import { ask, queryAll, quoted } from './ask.ts';

const needs = { act: 'assign permission sets', right: 'the permission “Assign Permission Sets”' };
const rowsPerCall = 200;

export interface Assignment {
  username: string;
  permissionSet: string;
  outcome: 'assigned' | 'already assigned' | 'refused';
  /** Why it was refused. */
  detail?: string;
}
export interface User {
  Id: string;
  Username: string;
  IsActive: boolean;
}

/** Ids of the package's permission sets by their names. */
export async function permissionSetIds(
  connection: Connection,
  namespace: string,
  names: string[],
): Promise<Map<string, string>> {
  const rows = await queryAll<{ Id: string; Name: string }>(
    connection,
    `SELECT Id, Name FROM PermissionSet WHERE NamespacePrefix = ${namespace ? quoted(namespace) : 'null'} AND Name IN (${names.map(quoted).join(', ')})`,
    { act: 'read permission sets', right: 'the permission “View Setup and Configuration”' },
  );
  return new Map(rows.map(({ Name, Id }) => [Name, Id]));
}

/** Active users by name, whatever the case they are written in. Throws SfError naming those who are not there. */
export async function findUsers(connection: Connection, usernames: string[]): Promise<User[]> {
  const wanted = [...new Set(usernames.map((name) => name.toLowerCase()))];
  if (wanted.length === 0) return [];
  const users = await queryAll<User>(
    connection,
    `SELECT Id, Username, IsActive FROM User WHERE Username IN (${wanted.map(quoted).join(', ')})`,
    { act: 'read users', right: 'the permission “View All Users”' },
  );
  const active = users.filter(({ IsActive }) => IsActive);
  const missing = wanted.filter((name) => !active.some(({ Username }) => Username.toLowerCase() === name));
  if (missing.length === 0) return active;
  throw new SfError(
    `This org has no active user ${missing.join(', ')}.`,
    'UnknownUser',
    ['Give usernames as in Setup, Users; they may differ from mail addresses.', 'Nothing was assigned.'],
    1,
  );
}

/** Who has any of these permission sets. */
export const readAssignments = (connection: Connection, permissionSetIds: string[]) =>
  permissionSetIds.length === 0
    ? Promise.resolve([])
    : queryAll<{ AssigneeId: string; PermissionSetId: string }>(
        connection,
        `SELECT AssigneeId, PermissionSetId FROM PermissionSetAssignment WHERE PermissionSetId IN (${permissionSetIds.map(quoted).join(', ')})`,
        { act: 'read who has which permission set', right: 'the permission “View Setup and Configuration”' },
      );

/** Gives what is missing; a repeat gives nothing twice. */
export async function assign(
  connection: Connection,
  wanted: { user: User; permissionSet: string; permissionSetId: string }[],
): Promise<Assignment[]> {
  const known = await readAssignments(connection, [...new Set(wanted.map(({ permissionSetId }) => permissionSetId))]);
  const has = ({ user, permissionSetId }: (typeof wanted)[number]) =>
    known.some((one) => one.AssigneeId === user.Id && one.PermissionSetId === permissionSetId);
  const missing = wanted.filter((one) => !has(one));
  const outcomes = wanted.filter(has).map(
    ({ user, permissionSet }): Assignment => ({
      username: user.Username,
      permissionSet,
      outcome: 'already assigned',
    }),
  );
  for (let at = 0; at < missing.length; at += rowsPerCall) {
    const rows = missing.slice(at, at + rowsPerCall);
    const records = rows.map(({ user, permissionSetId }) => ({
      attributes: { type: 'PermissionSetAssignment' },
      AssigneeId: user.Id,
      PermissionSetId: permissionSetId,
    }));
    const body = { allOrNone: false, records };
    const answers = await ask<{ success: boolean; errors: { statusCode: string; message: string }[] }[]>(connection, {
      method: 'POST',
      path: '/composite/sobjects',
      body,
      needs,
    });
    rows.forEach(({ user, permissionSet }, index) => {
      const error = answers?.[index]?.errors[0];
      const row = { username: user.Username, permissionSet };
      if (answers?.[index]?.success) outcomes.push({ ...row, outcome: 'assigned' });
      else if (error?.statusCode === 'DUPLICATE_VALUE') outcomes.push({ ...row, outcome: 'already assigned' });
      else outcomes.push({ ...row, outcome: 'refused', detail: error?.message ?? 'Salesforce did not say why.' });
    });
  }
  return outcomes;
}
