import { type Connection, Messages, SfError } from '@salesforce/core';
import { Flags, SfCommand } from '@salesforce/sf-plugins-core';
import { connectionTo } from '../../org/ask.ts';
import { namespace, targetOrg } from '../../org/flags.ts';
import { adminSet, integrationSet, repSet } from '../../org/names.ts';
import { installedPackage, installOutcome, isSameId, startInstall } from '../../org/package-install.ts';
import { type Assignment, assign, findUsers, permissionSetIds, type User } from '../../org/permission-sets.ts';
import { waitFor } from '../../org/wait.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@salesos/sf-plugin', 'salesos.install');

export interface Installed {
  packageVersion: string;
  package: 'installed' | 'already installed';
  assignments: Assignment[];
}

const usernames = (summary: string) => Flags.string({ summary, multiple: true, default: [] });

export default class Install extends SfCommand<Installed> {
  static override readonly summary = messages.getMessage('summary');
  static override readonly description = messages.getMessage('description');
  static override readonly examples = messages.getMessages('examples');
  static override readonly flags = {
    'target-org': targetOrg,
    namespace,
    'package-version': Flags.salesforceId({
      summary: messages.getMessage('flags.package-version.summary'),
      startsWith: '04t',
      length: 'both',
      char: 'p',
      required: true,
    }),
    'installation-key': Flags.string({
      summary: messages.getMessage('flags.installation-key.summary'),
      env: 'SALESOS_INSTALLATION_KEY',
    }),
    wait: Flags.duration({
      summary: messages.getMessage('flags.wait.summary'),
      unit: 'minutes',
      defaultValue: 30,
      min: 1,
    }),
    assign: usernames(messages.getMessage('flags.assign.summary')),
    admin: usernames(messages.getMessage('flags.admin.summary')),
    'integration-user': usernames(messages.getMessage('flags.integration-user.summary')),
  };

  async run(): Promise<Installed> {
    const { flags } = await this.parse(Install);
    const connection = connectionTo(flags['target-org']);
    // Who runs this sets SalesOS up, and tests the callout with `verify`.
    const admins = [flags['target-org'].getUsername() ?? '', ...flags.admin];
    const wanted = [
      ...flags.assign.map((username) => ({ username, permissionSet: repSet })),
      ...admins.map((username) => ({ username, permissionSet: adminSet })),
      ...flags['integration-user'].map((username) => ({ username, permissionSet: integrationSet })),
    ];
    // A misspelt name is told before the org is changed.
    const users = await findUsers(
      connection,
      wanted.map(({ username }) => username),
    );
    const packageVersion = flags['package-version'];
    const before = await installedPackage(connection, flags.namespace);
    const isThere = before !== null && isSameId(before.versionId, packageVersion);
    if (isThere) this.log(messages.getMessage('alreadyInstalled', [before.version]));
    else await this.install(connection, packageVersion, flags['installation-key'], flags.wait.seconds);
    const assignments = await this.assignAll(connection, flags.namespace, wanted, users);
    return { packageVersion, package: isThere ? 'already installed' : 'installed', assignments };
  }

  private async install(connection: Connection, version: string, key: string | undefined, waitSeconds: number) {
    this.spinner.start(messages.getMessage('progress'));
    try {
      const requestId = await startInstall(connection, version, key);
      this.spinner.status = messages.getMessage('running', [requestId]);
      const outcome = await waitFor(() => installOutcome(connection, requestId), waitSeconds);
      if (outcome === null) {
        const actions = messages.getMessages('stillRunning.actions');
        throw new SfError(messages.getMessage('stillRunning'), 'StillRunning', actions, 1);
      }
    } finally {
      this.spinner.stop();
    }
    this.logSuccess(messages.getMessage('installed'));
  }

  private async assignAll(
    connection: Connection,
    prefix: string,
    wanted: { username: string; permissionSet: string }[],
    users: User[],
  ): Promise<Assignment[]> {
    const sets = await permissionSetIds(connection, prefix, [...new Set(wanted.map((one) => one.permissionSet))]);
    const seen = new Set<string>();
    const rows = wanted.flatMap(({ username, permissionSet }) => {
      const user = users.find((one) => one.Username.toLowerCase() === username.toLowerCase());
      const permissionSetId = sets.get(permissionSet);
      if (!permissionSetId) {
        const actions = messages.getMessages('noPermissionSet.actions');
        throw new SfError(messages.getMessage('noPermissionSet', [permissionSet]), 'PermissionSetMissing', actions, 1);
      }
      if (!user || seen.has(user.Id + permissionSetId)) return [];
      seen.add(user.Id + permissionSetId);
      return [{ user, permissionSet, permissionSetId }];
    });
    const assignments = await assign(connection, rows);
    this.table({
      data: assignments.map(({ username, permissionSet, outcome }) => ({ username, permissionSet, outcome })),
      columns: ['username', { key: 'permissionSet', name: 'Permission set' }, 'outcome'],
    });
    for (const { username, permissionSet, detail } of assignments.filter(({ outcome }) => outcome === 'refused')) {
      this.warn(messages.getMessage('refused', [permissionSet, username, detail ?? '']));
      process.exitCode = 1;
    }
    return assignments;
  }
}
