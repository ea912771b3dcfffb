import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { outgoing } from '../../email/mailbox.harness.ts';
import type { MailboxAccount, OutgoingMail } from '../../email/mailbox.ts';
import { accountOf, repAddress, type StartedMicrosoft, startMicrosoft } from './mailbox.harness.ts';

let started: StartedMicrosoft;
let account: MailboxAccount;
const begin = new Date('2026-11-23T09:00:00Z');
beforeEach(async () => {
  started = await startMicrosoft();
  account = accountOf(started);
});
afterEach(() => started.close());

const send = (mail: OutgoingMail) => started.microsoft.mailbox.send(account, mail);
const find = (mail: OutgoingMail) =>
  started.microsoft.mailbox.findSent(account, {
    messageIdHeader: mail.messageIdHeader,
    to: mail.to,
    sentAfter: begin,
    sentBefore: new Date(begin.getTime() + 60_000),
  });
const drafts = () => started.fake.draftsOf(repAddress);
const sent = () => started.fake.sentOf(repAddress);
const isDrafting = ({ method, path }: { method: string; path: string }) =>
  method === 'POST' && path.endsWith('/messages');
const isSending = ({ path }: { path: string }) => path.endsWith('/send');
const isRemoving = ({ method }: { method: string }) => method === 'DELETE';

describe('between draft and send', () => {
  test('a crash leaves a draft that is removed before it is called absent; the next try sends once', async () => {
    const mail = outgoing();
    started.fake.faults.next({ kind: 'reset-before', match: isSending });
    expect(await send(mail)).toMatchObject({ outcome: 'unknown' });
    expect(drafts()).toHaveLength(1);
    expect(await find(mail)).toMatchObject({ outcome: 'unclear' });
    expect(drafts()).toHaveLength(1);
    started.clock.advance(660);
    expect(await find(mail)).toEqual({ outcome: 'absent' });
    expect(drafts()).toEqual([]);
    expect(await send(mail)).toMatchObject({ outcome: 'sent' });
    expect(started.fake.timesAccepted(mail.messageIdHeader)).toBe(1);
  });

  test('a draft that leaves while it is being removed is not absent', async () => {
    const mail = outgoing();
    started.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    started.clock.advance(660);
    const notFound = JSON.stringify({ error: { code: 'ErrorItemNotFound', message: 'x' } });
    started.fake.faults.next({ kind: 'status', status: 404, body: notFound, match: isRemoving });
    expect(await find(mail)).toMatchObject({ outcome: 'unclear' });
  });

  test('a draft that the rep threw away is removed for good: it could be sent from there', async () => {
    const mail = outgoing();
    started.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    const id = drafts()[0]?.immutableId ?? '';
    started.fake.trashMessage(repAddress, id);
    started.clock.advance(660);
    expect(await find(mail)).toEqual({ outcome: 'absent' });
    expect(await started.microsoft.mailbox.readSent(account, id)).toBeNull();
    expect((await started.microsoft.mailbox.send(account, mail)).outcome).toBe('sent');
  });

  test('a draft that did not get its mark is not sent, and is tidied', async () => {
    const mail = outgoing();
    started.fake.faults.next({ kind: 'status', status: 500, body: '', match: ({ method }) => method === 'PATCH' });
    expect(await send(mail)).toMatchObject({ outcome: 'deferred' });
    expect(await send(mail)).toMatchObject({ outcome: 'sent' });
    expect(sent()).toHaveLength(1);
    expect(drafts()).toEqual([]);
  });

  test('a draft that cannot be removed is not absent', async () => {
    const mail = outgoing();
    started.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    started.clock.advance(660);
    started.fake.faults.next({ kind: 'status', status: 503, body: '', match: isRemoving });
    await expect(find(mail)).rejects.toMatchObject({ code: 'outlook_unavailable' });
  });

  test('what the rep moved out of Drafts unsent is left for a person', async () => {
    const mail = outgoing();
    started.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    started.fake.moveMessage(repAddress, drafts()[0]?.immutableId ?? '', 'archive');
    started.clock.advance(660);
    expect(await find(mail)).toMatchObject({ outcome: 'unclear' });
  });

  test('a send that arrives after the draft was removed sends nothing', async () => {
    const mail = outgoing();
    started.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    const late = `${started.served.url}/v1.0/me/messages/${drafts()[0]?.immutableId}/send`;
    started.clock.advance(660);
    await find(mail);
    const headers = { authorization: `Bearer ${await account.token()}`, 'content-length': '0' };
    expect((await fetch(late, { method: 'POST', headers })).status).toBe(404);
    expect(sent()).toEqual([]);
  });

  test('a process that was held up in between does not send: another may be looking for the draft', async () => {
    const mail = outgoing();
    const time = vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(60_001);
    expect(await send(mail)).toMatchObject({ outcome: 'unknown' });
    time.mockRestore();
    expect(sent()).toEqual([]);
    started.clock.advance(660);
    expect(await find(mail)).toEqual({ outcome: 'absent' });
  });

  test.each([
    ['breaks off', { kind: 'reset-after-accept' }],
    ['never comes', { kind: 'timeout-after-accept' }],
    ['is cut short', { kind: 'truncate-after-accept' }],
    ['is an error page', { kind: 'status', status: 502, body: '<html>' }],
  ] as const)(
    'when the answer to the draft %s nothing can have left: deferred, and tidied by the next try',
    async (_, fault) => {
      const mail = outgoing();
      started.fake.faults.next({ ...fault, match: isDrafting });
      expect(await send(mail)).toMatchObject({ outcome: 'deferred', retryAfterSeconds: expect.any(Number) });
      expect(sent()).toEqual([]);
      expect(await send(mail)).toMatchObject({ outcome: 'sent' });
      expect(sent()).toHaveLength(1);
      expect(drafts()).toEqual([]);
    },
  );

  test.each([
    ['throttled', { status: 429, body: JSON.stringify({ error: { code: 'ApplicationThrottled', message: 'x' } }) }],
    ['refused by a proxy', { status: 407, body: '<html>' }],
    ['too late: the rep deleted the draft', { status: 404, body: '' }],
  ])('a send that is %s defers, and no draft is left behind in the end', async (_, fault) => {
    const mail = outgoing();
    started.fake.faults.next({ kind: 'status', ...fault, retryAfter: '30', match: isSending });
    expect(await send(mail)).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 30 });
    started.clock.advance(30);
    expect(await send(mail)).toMatchObject({ outcome: 'sent' });
    expect(drafts()).toEqual([]);
    expect(started.fake.timesAccepted(mail.messageIdHeader)).toBe(1);
  });

  test('a rejected mail leaves no draft', async () => {
    expect(await send(outgoing({ to: 'nobody at all' }))).toMatchObject({
      outcome: 'rejected',
      code: 'ErrorInvalidRecipients',
    });
    expect(drafts()).toEqual([]);
  });

  test("the rep's own drafts are left alone", async () => {
    const write = { authorization: `Bearer ${await account.token()}`, 'content-type': 'text/plain' };
    const body = Buffer.from('Subject: mine\r\n\r\nx').toString('base64');
    await fetch(`${started.served.url}/v1.0/me/messages`, { method: 'POST', headers: write, body });
    await send(outgoing());
    started.clock.advance(3600);
    await find(outgoing({ id: 2 }));
    expect(drafts()).toHaveLength(1);
  });

  test('no POST is ever repeated, whatever the answer', async () => {
    for (const status of [429, 503, 504]) {
      started.fake.faults.next({ kind: 'status', status, body: '', retryAfter: '1', match: isSending });
      await send(outgoing({ id: status }));
      started.clock.advance(2);
    }
    const posts = started.fake.requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/send'));
    expect(posts).toHaveLength(3);
  });
});

describe('the identity of a sent mail', () => {
  test.each([
    ['replaced on the wire', false, true],
    ['kept', true, true],
    ['replaced, and our mark lost', false, false],
  ] as const)('is found when Message-ID is %s', async (_, keeps, exposes) => {
    Object.assign(started.fake.settings, { keepsMessageId: keeps, copyKeepsProperties: exposes });
    const mail = outgoing();
    await send(outgoing({ id: 5 }));
    started.fake.faults.next({ kind: 'reset-after-accept', match: isSending });
    await send(mail);
    const wireMessageId = sent()[1]?.wireMessageId ?? '';
    expect(wireMessageId === mail.messageIdHeader).toBe(keeps);
    expect(await find(mail)).toMatchObject({ outcome: 'found', mail: { wireMessageId } });
    started.clock.advance(3600);
    expect(await find(outgoing({ id: 6 }))).toEqual({ outcome: 'absent' });
  });

  test('headers of ours that Exchange would drop from MIME arrive, the folded ones in one line', async () => {
    const mail = outgoing();
    const extra = 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nX-Long: one\r\n two\r\n';
    await send({ ...mail, raw: Buffer.concat([Buffer.from(extra), mail.raw]) });
    const wire = sent()[0]?.wireRaw.toString() ?? '';
    expect(wire).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(wire).toContain('X-Long: one two\r\n');
    expect(wire).toContain(`X-SalesOS-Message: ${mail.messageIdHeader}\r\n`);
  });

  test('the id of the draft is that of the copy, which appears later', async () => {
    started.fake.settings.sentCopyLagSeconds = 20;
    const result = await send(outgoing());
    const id = result.outcome === 'sent' ? result.providerMessageId : '';
    expect(await started.microsoft.mailbox.readSent(account, id)).toBeNull();
    started.clock.advance(20);
    expect(await started.microsoft.mailbox.readSent(account, id)).toMatchObject({
      providerMessageId: id,
      wireMessageId: sent()[0]?.wireMessageId,
    });
  });

  test('ids are asked for in the form that survives a move, on every call', async () => {
    await send(outgoing());
    await find(outgoing());
    await started.microsoft.mailbox.watch(account);
    const { cursor } = await started.microsoft.mailbox.listNew(account, null, begin);
    const { id } = started.fake.deliver(repAddress, Buffer.from('Subject: x\r\n\r\n'));
    started.fake.moveMessage(repAddress, id, 'junkemail');
    const { mails } = await started.microsoft.mailbox.listNew(account, cursor, begin);
    expect(mails.map(({ providerMessageId }) => providerMessageId)).toContain(id);
    const calls = started.fake.requests.filter(({ url }) => url.includes('/v1.0/'));
    expect(calls.length).toBeGreaterThan(10);
    for (const { url, prefer } of calls) expect(prefer, url).toContain('IdType="ImmutableId"');
  });
});

describe('limits of Outlook', () => {
  test('30 mails use up the minute; the next is deferred without a draft, and goes a minute later', async () => {
    for (let id = 0; id < 30; id += 1) expect(await send(outgoing({ id }))).toMatchObject({ outcome: 'sent' });
    const before = started.fake.requests.length;
    expect(await send(outgoing({ id: 30 }))).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 60 });
    expect(started.fake.requests).toHaveLength(before);
    started.clock.advance(60);
    expect(await send(outgoing({ id: 30 }))).toMatchObject({ outcome: 'sent' });
  });

  test.each([429, 503] as const)(
    "mails of another program count too: Outlook's own limit (%i) defers",
    async (status) => {
      started.fake.settings.throttleStatus = status;
      const other = await startOther();
      for (let id = 0; id < 30; id += 1) await other(outgoing({ id }));
      expect(await send(outgoing({ id: 30 }))).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 60 });
      expect(sent()).toHaveLength(30);
    },
  );

  test('never more than four calls at once, and all of them are made', async () => {
    started.fake.settings.answerMilliseconds = 5;
    const { cursor } = await started.microsoft.mailbox.listNew(account, null, begin);
    for (let n = 0; n < 12; n += 1) started.fake.deliver(repAddress, Buffer.from(`Subject: ${n}\r\n\r\n`));
    const [first, second, ...results] = await Promise.all([
      started.microsoft.mailbox.listNew(account, cursor, begin),
      started.microsoft.mailbox.listNew(account, cursor, begin),
      ...[1, 2, 3].map((id) => send(outgoing({ id }))),
    ]);
    expect([first.mails.length, second.mails.length]).toEqual([12, 12]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'sent']);
    expect(started.fake.mostCallsAtOnce(repAddress)).toBe(4);
  });

  test('nothing is asked before the time that Retry-After named, and other mailboxes go on', async () => {
    const throttled = JSON.stringify({ error: { code: 'ApplicationThrottled', message: 'x' } });
    started.fake.faults.next({ kind: 'status', status: 429, body: throttled, retryAfter: '90' });
    await expect(started.microsoft.mailbox.profile(account)).rejects.toMatchObject({ retryAfterSeconds: 90 });
    const before = started.fake.requests.length;
    started.clock.advance(60);
    expect(await send(outgoing())).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 30 });
    expect(started.fake.requests).toHaveLength(before);
    started.fake.addMailbox('liam@northwind.example', 'Liam');
    const other = accountOf(started, undefined, 'liam@northwind.example');
    expect((await started.microsoft.mailbox.profile(other)).displayName).toBe('Liam');
    started.clock.advance(30);
    expect(await send(outgoing())).toMatchObject({ outcome: 'sent' });
  });

  test('a mail that is too large is rejected', async () => {
    await started.close();
    started = await startMicrosoft({ timeoutSeconds: 10 });
    account = accountOf(started);
    const body = Buffer.alloc(4 * 1024 * 1024, 'x');
    expect(await send(outgoing({ body }))).toMatchObject({ outcome: 'rejected', code: 'ErrorMessageSizeExceeded' });
  });
});

describe('a token that is not ours to use', () => {
  test.each([
    ['too narrow to draft', ['User.Read', 'Mail.Read', 'Mail.Send']],
    ['too narrow to send', ['User.Read', 'Mail.ReadWrite']],
    ['for another audience', ['https://outlook.office.com/Mail.ReadWrite']],
  ])('%s: the mailbox must be connected again', async (_, scopes) => {
    account = accountOf(started, scopes);
    expect(await send(outgoing())).toMatchObject({ outcome: 'disconnected' });
    expect(sent()).toEqual([]);
  });
});

describe('arriving mail', () => {
  const list = (cursor: string | null, from = begin) => started.microsoft.mailbox.listNew(account, cursor, from);
  const mail = (subject: string) => Buffer.from(`From: ada@contoso.example\r\nSubject: ${subject}\r\n\r\nx`);

  test.each(['archive', 'deleteditems'] as const)('that a rule files in %s at once is seen, once', async (folder) => {
    const { cursor } = await list(null);
    started.clock.advance(30);
    const { id } = started.fake.deliver(repAddress, mail('reply'));
    started.fake.moveMessage(repAddress, id, folder);
    const page = await list(cursor);
    expect(page.mails).toMatchObject([{ providerMessageId: id, folder: 'other' }]);
    started.clock.advance(120);
    const next = await list(page.cursor);
    expect(next.mails).toEqual([]);
    started.clock.advance(3600);
    expect((await list(next.cursor)).mails).toEqual([]);
  });

  test('that was filed elsewhere is found by a resync too, and old mail there is left alone', async () => {
    started.fake.moveMessage(repAddress, started.fake.deliver(repAddress, mail('old')).id, 'archive');
    const { cursor } = await list(null);
    started.clock.advance(3600);
    const { id } = started.fake.deliver(repAddress, mail('reply'));
    started.fake.moveMessage(repAddress, id, 'archive');
    started.fake.forgetDelta(repAddress);
    const page = await list(cursor, started.clock.now());
    expect(page).toMatchObject({ resynced: true, mails: [{ providerMessageId: id, folder: 'other' }] });
  });

  test.each([410, 404] as const)('after a lost place (%i) is listed again', async (status) => {
    started.fake.settings.lostStateStatus = status;
    const { cursor } = await list(null);
    started.fake.deliver(repAddress, mail('a'));
    started.fake.forgetDelta(repAddress);
    expect(await list(cursor)).toMatchObject({ resynced: true, mails: [{ folder: 'inbox' }] });
  });

  test('that Outlook tells again is handed over again, without harm', async () => {
    started.fake.settings.deltaReplays = 2;
    const { cursor } = await list(null);
    const { id } = started.fake.deliver(repAddress, mail('a'));
    const page = await list(cursor);
    expect(page.mails.map((one) => one.providerMessageId)).toEqual([id]);
    expect((await list(page.cursor)).mails.map((one) => one.providerMessageId)).toEqual([id]);
  });

  test('of great size is read a few at a time, without a gap', async () => {
    const { cursor } = await list(null);
    const raws = Array.from({ length: 12 }, (_, n) => Buffer.concat([mail(`${n}`), Buffer.alloc(4_000_000, 'x')]));
    for (const raw of raws) {
      started.clock.advance(1);
      started.fake.deliver(repAddress, raw);
    }
    const sizes: number[] = [];
    let place = cursor;
    for (let hasMore = true; hasMore; ) {
      const page = await list(place);
      ({ hasMore, cursor: place } = page);
      sizes.push(page.mails.length);
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(12);
    expect(Math.max(...sizes)).toBeLessThan(12);
  });

  test('a link that leads elsewhere is not followed', async () => {
    const { cursor } = await list(null);
    const body = JSON.stringify({ value: [], '@odata.nextLink': 'https://evil.example/v1.0/me/messages' });
    started.fake.faults.next({ kind: 'status', status: 200, body, match: ({ path }) => path.endsWith('/delta') });
    await expect(list(cursor)).rejects.toMatchObject({ code: 'outlook_unavailable' });
  });
});

/** Another program that sends from the same mailbox. */
async function startOther() {
  const base = `${started.served.url}/v1.0/me/messages`;
  const authorization = `Bearer ${await account.token()}`;
  return async (mail: OutgoingMail) => {
    const headers = { authorization, 'content-type': 'text/plain', prefer: 'IdType="ImmutableId"' };
    const draft = await fetch(base, { method: 'POST', headers, body: mail.raw.toString('base64') });
    const { id } = (await draft.json()) as { id: string };
    await fetch(`${base}/${id}/send`, { method: 'POST', headers: { authorization, 'content-length': '0' } });
  };
}

interface Operation {
  parameters?: ({ $ref: string } | { name: string; in: string })[];
  requestBody?: { content: Record<string, { schema: { $ref: string } }> };
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: {
    parameters: Record<string, { name: string; in: string }>;
    schemas: Record<
      string,
      { properties?: Record<string, unknown>; allOf?: { properties?: Record<string, unknown> }[] }
    >;
  };
}

/** Microsoft's own description of the mail calls, where this machine has it. */
function readDescription(): Description | null {
  const file = '../../../../../shared/specs/msgraph/openapi-mail-calendar.json';
  try {
    return JSON.parse(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8')) as Description;
  } catch {
    return null;
  }
}

const description = readDescription();

test.skipIf(description === null)(
  "every request fits Microsoft's OpenAPI description (skipped where it is absent)",
  async () => {
    const { paths, components } = description!;
    const { mailbox } = started.microsoft;
    await mailbox.watch(account);
    started.clock.advance(3600);
    await mailbox.watch(account);
    const start = await mailbox.listNew(account, null, begin);
    started.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(outgoing());
    const result = await send(outgoing());
    if (result.outcome === 'sent') await mailbox.readSent(account, result.providerMessageId);
    await find(outgoing({ id: 2 }));
    await mailbox.listNew(account, start.cursor, begin);
    started.fake.forgetDelta(repAddress);
    await mailbox.listNew(account, start.cursor, begin);

    const used = new Set<string>();
    const calls = started.fake.requests.filter(({ url }) => url.includes('/v1.0/'));
    for (const { method, url, body, contentType } of calls) {
      const { pathname, searchParams } = new URL(url);
      const path = decodeURIComponent(pathname)
        .replace('/v1.0', '')
        .replace(/\/delta$/, '/delta()');
      // A function's own path comes before one that takes its name for an id.
      const [template] = Object.keys(paths)
        .filter((one) => paths[one]?.[method.toLowerCase()] && fits(one, path))
        .toSorted((one, other) => one.split('{').length - other.split('{').length);
      expect(template, `${method} ${path}`).toBeDefined();
      const operation = paths[template ?? '']?.[method.toLowerCase()];
      used.add(`${method} ${template}`);
      const known = (operation?.parameters ?? []).map((one) =>
        '$ref' in one ? components.parameters[one.$ref.split('/').at(-1) ?? '']?.name : one.name,
      );
      // Links of Graph carry its own tokens, which no description names.
      for (const name of searchParams.keys())
        if (!/^\$(skip|delta)token$/.test(name)) expect(known, `${template} ${name}`).toContain(name);
      if (contentType.startsWith('application/json')) checkBody(operation, body);
    }
    expect(used.size).toBe(13);
  },
);

/** Only properties that the description has. */
function checkBody(operation: Operation | undefined, body: string): void {
  const ref = operation?.requestBody?.content['application/json']?.schema.$ref.split('/').at(-1) ?? '';
  const schema = description?.components.schemas[ref];
  const properties = Object.assign(
    {},
    schema?.properties,
    ...(schema?.allOf ?? []).map((part) => part.properties ?? {}),
  );
  for (const name of Object.keys(JSON.parse(body) as object)) expect(Object.keys(properties)).toContain(name);
}

function fits(template: string, path: string): boolean {
  const pattern = template.replace(/[.*+?^$|()[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}
