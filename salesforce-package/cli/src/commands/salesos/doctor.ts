import { Messages } from '@salesforce/core';
import { SfCommand } from '@salesforce/sf-plugins-core';
import { ask, connectionTo, queryAll } from '../../org/ask.ts';
import { targetOrg } from '../../org/flags.ts';
import { describeOrg, type Line, type OrgFacts } from '../../org/org-health.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('@salesos/sf-plugin', 'salesos.doctor');
const setup = 'the permission “View Setup and Configuration”';

export default class Doctor extends SfCommand<{ lines: Line[] }> {
  static override readonly summary = messages.getMessage('summary');
  static override readonly description = messages.getMessage('description');
  static override readonly examples = messages.getMessages('examples');
  static override readonly flags = { 'target-org': targetOrg };

  async run(): Promise<{ lines: Line[] }> {
    const { flags } = await this.parse(Doctor);
    const connection = connectionTo(flags['target-org']);
    const read = <Answer>(path: string, act: string) => ask<Answer>(connection, { path, needs: { act, right: setup } });
    const limits = await read<{ DailyApiRequests?: OrgFacts['apiCalls'] }>('/limits', 'read the limits');
    const [organization] = await queryAll<OrgFacts['organization']>(
      connection,
      'SELECT Name, OrganizationType, InstanceName, IsSandbox, IsReadOnly FROM Organization',
      { act: 'read the company information', right: setup },
    );
    const mail = await read<{ name: string }>('/sobjects/EmailMessage/describe', 'see whether Enhanced Email is on');
    const [access] = await queryAll<NonNullable<OrgFacts['access']>>(
      connection,
      "SELECT AppName, CreatedDate, LastUsedDate FROM OauthToken WHERE AppName LIKE 'SalesOS%' ORDER BY LastUsedDate DESC",
      { act: 'see which apps are connected', right: 'the permission “Customize Application”' },
    );
    const facts = {
      apiCalls: limits?.DailyApiRequests ?? null,
      organization: organization!,
      hasEnhancedEmail: mail !== null,
      access: access ?? null,
    };
    const lines = describeOrg(facts, new Date());
    this.table({ data: lines.map(({ what, value }) => ({ what, value })), columns: ['what', 'value'] });
    for (const { what, advice } of lines) if (advice) this.warn(`${what}: ${advice}`);
    return { lines };
  }
}
