/**
 * Writes the component module `c/salesosLabels` from `shared`: Lightning components cannot import it, and what the cards
 * say must be the same in three CRMs. A test fails while the written file differs from what this would write.
 */
import { writeFileSync } from 'node:fs';
import { mostEnrolledAtOnce } from '@salesos/shared/cards.ts';
import { mailboxKinds } from '@salesos/shared/surface/settings-words.ts';
import { cardWords, enrollmentStatusLabels, evidenceLabels } from '@salesos/shared/wording.ts';

/** What only Salesforce says. */
const salesforceWords = {
  notPermitted: 'Your permission sets do not include SalesOS.',
  askForPermission: 'Ask an admin to assign you the permission set “SalesOS Rep”.',
  howToConnect: 'An admin connects it on the tab “SalesOS setup”.',
  howToConnectMailbox: 'Connect your mailbox on the tab “SalesOS setup”, then open this again.',
  loadingPeople: 'Loading the people of this account',
  noPeople: 'Nobody to show',
  noPeopleText: 'This account has no contacts yet. Add one, then come back.',
  openCard: 'Show what SalesOS knows about {name}',
  closeCard: 'Hide what SalesOS knows about {name}',
  enrollManyTitle: 'Enroll {count} chosen records in a sequence',
  mostAtOnce: mostEnrolledAtOnce,
  tooManyText: '{count} records are chosen; at most {most} can be enrolled at once. Choose fewer, then come back.',
  noneChosen: 'No record is chosen. Go back to the list and tick the people you want to enroll.',
  enrolling: 'Enrolling',
  done: 'Done',
  loadingToday: 'Loading what waits for you',
  todayTasks: 'To do today',
  todayReplies: 'New replies',
  noReplies: 'No new replies.',
  setupTitle: 'Set up SalesOS',
  loadingSetup: 'Looking what is set up',
  ready: 'Everything is ready: mails can be sent.',
  stepsLeft: '{count} of {all} still to do.',
  stepToDo: 'To do',
  openConnect: 'Connect this org',
  reachStep: 'Salesforce reaches SalesOS',
  reachHelp:
    'Set the address of your SalesOS in the named credential “SalesOS”, and in the custom metadata “SalesOS Setting”.',
  connectStep: 'This org is connected',
  connectHelp: 'Sign in as an admin and allow SalesOS to read and write people and their mails.',
  permissionStep: 'You have the permission sets',
  permissionHelp:
    'In Setup, open Permission Sets, choose “SalesOS Admin” or “SalesOS Rep”, Manage Assignments, and assign it to everybody who works with SalesOS.',
  hiddenFields: 'You cannot see these fields: {fields}.',
  mailboxStep: 'A mailbox is connected',
  addressStep: 'A postal address is set',
  addressLabel: 'Postal address',
  addressHelp: 'Printed at the end of every sequence mail. The law in many countries asks for it.',
  adminOnly: 'Only a SalesOS admin can change this.',
  save: 'Save',
  saved: 'The postal address was saved.',
  mailboxRefused: 'The mailbox cannot be connected now',
  openProvider: 'A new tab opens. Sign in there, then come back and press Refresh.',
  pageStep: 'The card is on the record pages',
  pageHelp:
    'Open a contact, a lead and an account, choose Edit Page in the menu of the gear, drag “SalesOS” onto the page, save and activate. This page cannot see whether that was done.',
  flowTitle: 'Sequence ids for Flow',
  flowText: 'A Flow that enrolls people names the sequence by its id.',
  copy: 'Copy the id of {name}',
  copied: 'The id of “{name}” was copied.',
  copyRefused: 'The browser did not allow copying. Select the id and copy it by hand.',
} as const;

const modules = {
  words: { ...cardWords, ...salesforceWords },
  enrollmentStatusLabels,
  evidenceLabels,
  enrollResultLabels: { enrolled: 'Enrolled', already_in: 'Already in it', refused: 'Not enrolled' },
  mailboxKinds,
};

export const labelsPath = new URL('../force-app/main/default/lwc/salesosLabels/salesosLabels.js', import.meta.url);

/** The text of the generated module. */
export function labelsModule(): string {
  const constants = Object.entries(modules).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)};\n`,
  );
  return [
    '/** Written by salesforce-package/preview/labels.ts from the words of the three CRMs; do not edit. */\n',
    ...constants,
    `/** \`text\` with each \`{name}\` replaced by its value. */
export function fill(text, values) {
  return text.replace(/\\{(\\w+)\\}/g, (whole, name) => String(values[name] ?? whole));
}
`,
  ].join('\n');
}

if (import.meta.main) writeFileSync(labelsPath, labelsModule());
