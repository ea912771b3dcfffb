/** What `verify` has to say. Pure: everything was read before. */
import type { CalloutTest } from './callout-test.ts';
import { adminSet, integrationSet, packagedFields, prefixOf, repSet } from './names.ts';
import type { InstalledPackage } from './package-install.ts';

export interface Finding {
  check: string;
  state: 'ok' | 'problem';
  detail: string;
  /** What to do; empty when all is well. */
  fix: string;
}

const ok = (check: string, detail: string): Finding => ({ check, state: 'ok', detail, fix: '' });
const problem = (check: string, detail: string, fix: string): Finding => ({ check, state: 'problem', detail, fix });

export function judgePackage(installed: InstalledPackage | null): Finding {
  const check = 'Package';
  if (installed) return ok(check, `Version ${installed.version} is installed.`);
  return problem(
    check,
    'SalesOS is not installed in this org.',
    'Run sf salesos install with the version’s id (04t…).',
  );
}

export interface FieldRight {
  /** As in Contact.salesos__Score__c. */
  Field: string;
  PermissionsRead: boolean;
  PermissionsEdit: boolean;
}

export function judgeFields(namespace: string, username: string, rights: FieldRight[]): Finding {
  const check = 'Fields';
  const names = packagedFields.map(({ objectName, fieldName }) => `${objectName}.${prefixOf(namespace)}${fieldName}`);
  const may = (name: string, right: 'PermissionsRead' | 'PermissionsEdit') =>
    rights.some((one) => one.Field === name && one[right]);
  const hidden = names.filter((name) => !may(name, 'PermissionsRead'));
  const closed = names.filter((name) => may(name, 'PermissionsRead') && !may(name, 'PermissionsEdit'));
  if (hidden.length + closed.length === 0)
    return ok(check, `${username} can read and write all ${names.length} fields.`);
  const parts = [
    ...(hidden.length > 0 ? [`cannot see ${listed(hidden)}`] : []),
    ...(closed.length > 0 ? [`cannot write ${listed(closed)}`] : []),
  ];
  return problem(
    check,
    `${username} ${parts.join(', and ')}.`,
    `If SalesOS is connected with another user, name that one with --integration-user. Otherwise give it ${integrationSet}: sf salesos install … --integration-user <username>`,
  );
}

const listed = (names: string[]): string =>
  names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');

/** `counts`: how many people have each permission set; a set that is missing is not there. */
export function judgePermissionSets(counts: Map<string, number>): Finding[] {
  const whom = new Map([
    [repSet, 'reps: nobody sees the card without it'],
    [adminSet, 'those who set SalesOS up'],
  ]);
  return [...whom].map(([name, people]) => {
    const count = counts.get(name);
    if (count === undefined)
      return problem(name, 'This permission set is not in the org.', 'Install the package again.');
    if (count > 0) return ok(name, `${count} ${count === 1 ? 'person has' : 'people have'} it.`);
    const flag = name === repSet ? '--assign' : '--admin';
    return problem(name, 'Nobody has it.', `Give it to ${people}: sf salesos install … ${flag} <username>`);
  });
}

export function judgeAddress(calloutUrl: string | null, serverUrl: string | undefined): Finding {
  const check = 'Address';
  const connect = 'Run sf salesos connect with --server-url.';
  if (calloutUrl === null)
    return problem(check, 'The named credential SalesOS is not there.', 'Install the package again.');
  const address = calloutUrl.replace(/\/+$/, '');
  if (serverUrl && address !== serverUrl)
    return problem(check, `It leads to ${address}, not to ${serverUrl}.`, connect);
  if (!/^https:/.test(address) && address !== serverUrl)
    return problem(check, `It leads to ${address || 'nowhere'}.`, connect);
  return ok(check, `It leads to ${address}.`);
}

export function judgeKey(holdsKey: boolean | null): Finding {
  const check = 'Key';
  if (holdsKey) return ok(check, 'The org holds a key.');
  return problem(check, 'The org holds no key of SalesOS.', 'Run sf salesos connect.');
}

export function judgeCallout(test: CalloutTest): Finding {
  const check = 'Callout';
  if (test.outcome === 'ok') return ok(check, 'SalesOS answers, and takes the org’s key.');
  if (test.outcome === 'key_refused')
    return problem(check, 'SalesOS answers, but does not take the org’s key.', 'Run sf salesos connect.');
  if (test.outcome === 'no_access')
    return problem(
      check,
      'You may not use the credential of SalesOS, so it could not be tested.',
      `Give yourself ${adminSet} (sf salesos install … --admin <username>), or press Refresh on the setup page of SalesOS.`,
    );
  return problem(
    check,
    `SalesOS was not reached. ${test.detail}`,
    'Check that the address is right and that SalesOS runs, then run this again.',
  );
}
