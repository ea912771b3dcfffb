/** What `doctor` has to say of the org. Pure: everything was read before. */

export interface OrgFacts {
  apiCalls: { Max: number; Remaining: number } | null;
  organization: {
    Name: string;
    OrganizationType: string;
    InstanceName: string;
    IsSandbox: boolean;
    IsReadOnly: boolean;
  };
  hasEnhancedEmail: boolean;
  /** When SalesOS was let in, and when it last came; null where nothing is known. */
  access: { CreatedDate: string | null; LastUsedDate: string | null } | null;
}

export interface Line {
  what: string;
  value: string;
  /** What to do; null when all is well. */
  advice: string | null;
}

const dayMilliseconds = 86_400_000;
/** Beyond this share of the day's calls SalesOS pauses what can wait. */
const pauseShare = 0.8;
/** Salesforce ends access that nobody used for so long. */
const idleDays = 30;

export function describeOrg({ apiCalls, organization, hasEnhancedEmail, access }: OrgFacts, now: Date): Line[] {
  const { Name, OrganizationType, InstanceName, IsSandbox, IsReadOnly } = organization;
  return [
    line('Org', `${Name}${IsSandbox ? ' (sandbox)' : ''}`),
    line('Instance', InstanceName),
    line('Edition', OrganizationType, editionAdvice(OrganizationType)),
    apiLine(apiCalls),
    line(
      'Enhanced Email',
      hasEnhancedEmail ? 'on' : 'off',
      hasEnhancedEmail
        ? null
        : 'Mails are logged as completed tasks. To see them as mails: Setup, Enhanced Email, Enable. Mails logged before stay tasks.',
    ),
    line(
      'Read-only',
      IsReadOnly ? 'yes' : 'no',
      IsReadOnly
        ? `Salesforce takes no changes now, and SalesOS waits with its own. See https://status.salesforce.com/instances/${InstanceName} for when it ends.`
        : null,
    ),
    accessLine(access, now),
  ];
}

const line = (what: string, value: string, advice: string | null = null): Line => ({ what, value, advice });

function apiLine(calls: OrgFacts['apiCalls']): Line {
  if (!calls) return line('API calls today', 'unknown', 'Your user may not see the limits; ask an admin to run this.');
  const used = calls.Max - calls.Remaining;
  const share = calls.Max > 0 ? used / calls.Max : 1;
  const percent = Math.round(share * 100);
  const advice =
    share >= pauseShare
      ? 'SalesOS pauses what can wait until calls are free again: they are counted over 24 hours. See Setup, Company Information for the limit, and API Usage reports for who uses them.'
      : null;
  return line('API calls today', `${used} of ${calls.Max} (${percent} %)`, advice);
}

function editionAdvice(edition: string): string | null {
  if (/^(Group|Base|Team|Essentials|Starter)/i.test(edition))
    return 'This edition has no full API. SalesOS needs Enterprise Edition or higher, or Professional Edition with the API added.';
  if (/^Professional/i.test(edition))
    return 'Professional Edition needs the API as an addition, and tells SalesOS nothing by itself: changes arrive by asking every few minutes.';
  return null;
}

function accessLine(access: OrgFacts['access'], now: Date): Line {
  const what = 'Connection';
  if (!access)
    return line(
      what,
      'none found',
      'SalesOS is not connected, or was connected by somebody whose access you may not see. Run sf salesos connect; sf salesos verify tells whether it works.',
    );
  const days = (at: string) => Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / dayMilliseconds));
  const since = access.CreatedDate ? `connected ${ago(days(access.CreatedDate))}, ` : '';
  if (!access.LastUsedDate) return line(what, `${since}never used`, 'Wait a few minutes, then run this again.');
  const idle = days(access.LastUsedDate);
  const value = `${since}last used ${ago(idle)}`;
  if (idle >= idleDays)
    return line(
      what,
      value,
      `Salesforce ends access that was not used for ${idleDays} days. Connect again: sf salesos connect.`,
    );
  if (idle >= 1)
    return line(
      what,
      value,
      `SalesOS asks Salesforce every few minutes when it runs. Check that it runs: ${idleDays - idle} days from now Salesforce ends the connection.`,
    );
  return line(what, value);
}

const ago = (days: number): string => (days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`);
