/** What can be set of the account: what every mail says, and how all mailboxes together send. */
import type { CardRequest, SettingsView } from '../cards.ts';
import { differing, hasWrongNumber, type Rows, type SettingsForm } from './fields.ts';
import { type TrackingLevel, trackingLevels } from './settings-words.ts';

type Change = Omit<CardRequest<'/cards/settings/update'>, 'idempotencyKey'>;

interface AccountDraft {
  postalAddress: string;
  trackingLevel: TrackingLevel;
  timeZone: string;
}

const draftOfAccount = ({ postalAddress, trackingLevel, timeZone }: SettingsView): AccountDraft => ({
  postalAddress: postalAddress ?? '',
  trackingLevel,
  timeZone,
});

export const accountForm: SettingsForm<SettingsView, AccountDraft, Change> = {
  rows: [
    [
      {
        key: 'postalAddress',
        kind: 'long text',
        label: 'Postal address',
        description: 'Printed at the end of every sequence mail. The law in many countries asks for it.',
        mostCharacters: 500,
      },
    ],
    [
      {
        key: 'trackingLevel',
        kind: 'choice',
        label: 'Tracking',
        options: trackingLevels,
      },
    ],
    [
      {
        key: 'timeZone',
        kind: 'time zone',
        label: 'Time zone',
        description: 'Used for people whose record does not say where they are.',
      },
    ],
  ],
  draftOf: draftOfAccount,
  whatIsWrong: () => null,
  changeOf: (settings, draft) => differing(draftOfAccount(settings), draft),
};

interface SendingDraft {
  accountDailyCap: number | null;
  recipientDomainDailyCap: number | null;
  trackingDomain: string;
}

const mostMails = 1_000_000;
const sendingRows: Rows<SendingDraft> = [
  [
    {
      key: 'accountDailyCap',
      kind: 'number',
      label: 'Most mails a day from all mailboxes',
      description: 'Leave it empty for no limit of its own.',
      min: 1,
      max: mostMails,
      mayBeEmpty: true,
    },
    {
      key: 'recipientDomainDailyCap',
      kind: 'number',
      label: 'Most mails a day to one company',
      description: 'Many mails to one company at once look like spam to its mail server.',
      min: 1,
      max: mostMails,
      mayBeEmpty: true,
    },
  ],
  [
    {
      key: 'trackingDomain',
      kind: 'text',
      label: 'Your own name in links',
      description:
        'A subdomain of yours, as in links.yourcompany.com. Links in mails then show your name instead of ours.',
    },
  ],
];

export const sendingForm: SettingsForm<SettingsView['sending'], SendingDraft, Change> = {
  rows: sendingRows,
  draftOf: ({ accountDailyCap, recipientDomainDailyCap, trackingDomain }) => ({
    accountDailyCap,
    recipientDomainDailyCap,
    trackingDomain: trackingDomain?.host ?? '',
  }),
  whatIsWrong: (draft) => (hasWrongNumber(sendingRows, draft) ? 'A number is out of its bounds.' : null),
  changeOf: (sending, draft) =>
    differing(
      { ...sending, trackingDomain: sending.trackingDomain?.host ?? null },
      { ...draft, trackingDomain: draft.trackingDomain.trim() || null },
    ),
};
