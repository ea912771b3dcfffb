import { type Connection, Messages, SfError } from '@salesforce/core';
import { Flags, SfCommand } from '@salesforce/sf-plugins-core';
import { connectionTo, queryAll, quoted } from '../../org/ask.ts';
import { testCallout } from '../../org/callout-test.ts';
import { holdsKey, readNamedCredential } from '../../org/credentials.ts';
import {
  type FieldRight,
  type Finding,
  judgeAddress,
  judgeCallout,
  judgeFields,
  judgeKey,
  judgePackage,
  judgePermissionSets,
} from '../../org/findings.ts';
import { namespace, parseServerUrl, targetOrg } from '../../org/flags.ts';
import { adminSet, repSet } from '../../org/names.ts';
import { installedPackage } from '../../org/package-install.ts';
import { findUsers, permissionSetIds, readAssignments } from '../../org/permission-sets.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@salesos/sf-plugin', 'salesos.verify');

export default class Verify extends SfCommand<{ findings: Finding[] }> {
  static override readonly summary = messages.getMessage('summary');
  static override readonly description = messages.getMessage('description');
  static override readonly examples = messages.getMessages('examples');
  static override readonly flags = {
    'target-org': targetOrg,
    namespace,
    'server-url': Flags.string({
      summary: messages.getMessage('flags.server-url.summary'),
      parse: async (text) => parseServerUrl(text),
    }),
    'integration-user': Flags.string({ summary: messages.getMessage('flags.integration-user.summary') }),
  };

  async run(): Promise<{ findings: Finding[] }> {
    const { flags } = await this.parse(Verify);
    const connection = connectionTo(flags['target-org']);
    const integrationUser = flags['integration-user'] ?? flags['target-org'].getUsername() ?? '';
    this.spinner.start(messages.getMessage('progress'));
    const findings = await this.examine(connection, flags.namespace, integrationUser, flags['server-url']);
    this.spinner.stop();
    this.table({
      data: findings.map((finding) => ({ ...finding })),
      columns: ['check', 'state', 'detail', { key: 'fix', name: 'How to fix' }],
      overflow: 'wrap',
    });
    const problems = findings.filter(({ state }) => state === 'problem').length;
    if (problems === 0) this.logSuccess(messages.getMessage('fine'));
    else process.exitCode = 1;
    return { findings };
  }

  private async examine(connection: Connection, prefix: string, integrationUser: string, serverUrl?: string) {
    const installed = judgePackage(await installedPackage(connection, prefix));
    // Nothing else can be right without it.
    if (installed.state === 'problem') return [installed];
    return [
      installed,
      ...(await checked('Fields', async () => [
        judgeFields(prefix, integrationUser, await fieldRights(connection, integrationUser)),
      ])),
      ...(await checked('Permission sets', async () => judgePermissionSets(await countHolders(connection, prefix)))),
      ...(await checked('Address', async () => [
        judgeAddress((await readNamedCredential(connection, prefix))?.calloutUrl ?? null, serverUrl),
      ])),
      ...(await checked('Key', async () => [judgeKey(await holdsKey(connection, prefix))])),
      ...(await checked('Callout', async () => [judgeCallout(await testCallout(connection, prefix))])),
    ];
  }
}

/** What could not be looked at is a problem too. Without an answer or a sign-in there is nothing to list. */
async function checked(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof SfError) || !['NotAllowed', 'Refused', 'UnknownUser'].includes(error.name)) throw error;
    return [{ check, state: 'problem', detail: error.message, fix: error.actions?.join(' ') ?? '' }];
  }
}

/** Every right that the user's profile and permission sets give together. */
async function fieldRights(connection: Connection, username: string): Promise<FieldRight[]> {
  const [user] = await findUsers(connection, [username]);
  const needs = { act: 'read field permissions', right: 'the permission “View Setup and Configuration”' };
  const held = await queryAll<{ PermissionSetId: string }>(
    connection,
    `SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = ${quoted(user?.Id ?? '')}`,
    needs,
  );
  if (held.length === 0) return [];
  const parents = held.map(({ PermissionSetId }) => quoted(PermissionSetId)).join(', ');
  return queryAll<FieldRight>(
    connection,
    `SELECT Field, PermissionsRead, PermissionsEdit FROM FieldPermissions WHERE SobjectType IN ('Contact', 'Lead') AND ParentId IN (${parents})`,
    needs,
  );
}

async function countHolders(connection: Connection, prefix: string): Promise<Map<string, number>> {
  const sets = await permissionSetIds(connection, prefix, [repSet, adminSet]);
  const held = await readAssignments(connection, [...sets.values()]);
  return new Map([...sets].map(([name, id]) => [name, held.filter((one) => one.PermissionSetId === id).length]));
}
