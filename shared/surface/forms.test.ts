/** The forms of the settings, which every CRM draws with its own components, over the requests they make. */
import { describe, expect, test } from 'vitest';
import { cardRoutes } from '../cards.ts';
import { sendingForm } from './account-forms.ts';
import { refusedFields, wrongNumber } from './fields.ts';
import { mailboxForm } from './mailbox-draft.ts';

type Mailbox = Parameters<typeof mailboxForm.draftOf>[0];
const mailbox: Mailbox = {
  id: '0190b7a0-0000-7000-8000-000000000004',
  address: 'robin@seller.test',
  vendor: 'google',
  vendorName: 'Google',
  status: 'connected',
  sentence: 'Ready to send.',
  displayName: 'Robin Vale',
  signature: null,
  replyTo: null,
  aliases: [],
  dailyCap: 80,
  hourlyCap: 20,
  ramp: null,
  workingHours: null,
  timeZone: 'Europe/Oslo',
  spacingSeconds: 90,
  sentToday: 12,
  limitToday: 80,
};
const fields = [...mailboxForm.rows, ...mailboxForm.folded!.rows].flat();
const draft = mailboxForm.draftOf(mailbox);

describe('the form of a mailbox', () => {
  test('changes nothing while nothing is typed', () => {
    expect(mailboxForm.changeOf(mailbox, draft)).toEqual({});
  });

  test('has each part of the draft in one field', () => {
    expect(fields.map(({ key }) => key).sort()).toEqual(Object.keys(draft).sort());
  });

  test('lets through what the request takes, up to both bounds', () => {
    const { request } = cardRoutes['/cards/mailboxes/update'];
    for (const bound of ['min', 'max'] as const) {
      const numbers = fields.flatMap((field) => (field.kind === 'number' ? [[field.key, field[bound]]] : []));
      const filled = { ...draft, ...Object.fromEntries(numbers), from: '0:00', to: '24:00', replyTo: 'a@b.test' };
      expect(mailboxForm.whatIsWrong(filled)).toBeNull();
      const change = mailboxForm.changeOf(mailbox, filled);
      expect(request.parse({ mailboxId: mailbox.id, idempotencyKey: 'k', ...change })).toMatchObject(change);
    }
  });

  test.each([
    [{ dailyCap: 0 }, 'A number is out of its bounds.'],
    [{ spacingSeconds: null }, 'A number is out of its bounds.'],
    [{ hourlyCap: null }, null],
    [{ startPerDay: 10 }, 'A slow start needs both numbers, or neither.'],
    [{ aliases: 'r@seller.test, Robin' }, '“Robin” is no mail address. Write it as in name@yourcompany.com.'],
    [{ replyTo: 'sales@seller' }, '“sales@seller” is no mail address. Write it as in name@yourcompany.com.'],
    [{ from: '9' }, 'Write working hours as in 9:00 and 17:00, or leave both empty.'],
    [{ from: '17:00', to: '9:00' }, 'The working hours must end after they begin.'],
    [{ from: '9:00', to: '17:00', days: [] }, 'Choose at least one day, or leave the working hours empty.'],
  ])('%o: %s', (part, sentence) => {
    expect(mailboxForm.whatIsWrong({ ...draft, ...part })).toBe(sentence);
  });

  test('shows at each field what the backend finds wrong with its part of the request', () => {
    const full = mailboxForm.changeOf(mailbox, {
      ...draft,
      ...{ displayName: 'R', signature: 'R', replyTo: 'a@b.test', aliases: 'a@b.test', dailyCap: 1, hourlyCap: 1 },
      ...{ spacingSeconds: 1, startPerDay: 1, addPerDay: 1, from: '9:00', to: '17:00', timeZone: 'UTC' },
    });
    for (const { key, pointer = `/${key}` } of fields) {
      const names = pointer.slice(1).split('/');
      expect(names.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], full)).toBeDefined();
    }
    const errors = ['/aliases/1', '/ramp/addPerDay', '/timeZone', '/elsewhere'].map((pointer) => ({
      pointer,
      code: 'invalid',
      message: pointer,
    }));
    expect(refusedFields([fields], errors)).toEqual({
      aliases: '/aliases/1',
      addPerDay: '/ramp/addPerDay',
      timeZone: '/timeZone',
    });
  });
});

test('an empty name in links takes it away', () => {
  const sending = {
    accountDailyCap: null,
    recipientDomainDailyCap: 50,
    trackingDomain: { host: 'links.seller.test', state: 'verified' as const, sentence: '' },
    domains: [],
  };
  const draft = sendingForm.draftOf(sending);
  expect(sendingForm.changeOf(sending, draft)).toEqual({});
  expect(sendingForm.changeOf(sending, { ...draft, trackingDomain: ' ' })).toEqual({ trackingDomain: null });
});

test('a number says between which bounds it must be', () => {
  const between = { kind: 'number' as const, min: 1, max: 9 };
  expect([wrongNumber(between, 9), wrongNumber(between, 1.5)]).toEqual([null, 'A whole number from 1 to 9.']);
  expect(wrongNumber({ ...between, mayBeEmpty: true }, null)).toBeNull();
  expect(wrongNumber({ ...between, mayBeEmpty: true }, 10)).toBe('A whole number from 1 to 9, or nothing.');
});
