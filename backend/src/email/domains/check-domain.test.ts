import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeDns, type FakeDns } from '../../../sandbox/fakes/dns/fake-dns.ts';
import { judgeDomain, readDomain } from './check-domain.ts';
import { readDmarc, treeOf } from './dmarc.ts';
import { readSpf } from './spf.ts';

let fake: FakeDns;
beforeEach(() => {
  fake = createFakeDns();
  fake.addSender('acme.example', '_spf.google.com', 'google');
});

const check = async (domain = 'acme.example', vendors = ['google']) =>
  Object.fromEntries(
    judgeDomain(await readDomain(fake.dns, domain, vendors)).map(({ what, ...finding }) => [what, finding]),
  );

test('a domain that is set up well has nothing to mend', async () => {
  const findings = Object.values(await check());
  expect(findings.map(({ state }) => state)).toEqual(['good', 'good', 'good', 'good']);
  expect(findings.map(({ howToFix }) => howToFix)).toEqual([null, null, null, null]);
});

test('an empty domain has everything to mend, each with a record to add', async () => {
  const findings = await check('new.example');
  expect(Object.values(findings).map(({ state }) => state)).toEqual(['problem', 'problem', 'problem', 'problem']);
  expect(findings.spf!.howToFix).toBe('Add a TXT record on new.example: v=spf1 include:_spf.google.com ~all');
  expect(findings.dmarc!.howToFix).toContain('_dmarc.new.example: v=DMARC1; p=none');
});

test('name servers that do not answer are no fault of the domain', async () => {
  for (const name of ['acme.example', 'google._domainkey.acme.example', '_dmarc.acme.example']) fake.fail(name);
  expect(Object.values(await check()).map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
});

describe('SPF', () => {
  const spf = async (record: string, ...more: string[]) => {
    fake.set('acme.example', 'TXT', record, ...more);
    return (await check()).spf!;
  };

  test.each([
    ['v=spf1 include:mail.example ~all', 'does not allow Google to send for it'],
    ['v=spf1 include:_spf.google.com +all', 'lets anybody send'],
    ['v=spf1 include:_spf.google.com all', 'lets anybody send'],
    ['v=spf1 include:_spf.google.com include:gone.example ~all', 'includes gone.example, which has no SPF record'],
    [`v=spf1 include:_spf.google.com ${'a:x.example '.repeat(10)}~all`, 'needs more than 10 look-ups'],
    ['v=spf10 include:_spf.google.com ~all', 'has no SPF record'],
  ])('%s', async (record, words) => {
    fake.set('mail.example', 'TXT', 'v=spf1 ip4:192.0.2.1 -all');
    const finding = await spf(record);
    expect(finding).toMatchObject({ state: 'problem', howToFix: expect.any(String) });
    expect(finding.sentence).toContain(words);
  });

  test('two records are as good as none', async () => {
    expect((await spf('v=spf1 ~all', 'v=spf1 include:_spf.google.com ~all')).sentence).toContain('has 2 SPF records');
  });

  test('look-ups are counted through includes and redirects; addresses cost none', async () => {
    fake.set('a.example', 'TXT', 'v=spf1 include:b.example ip4:192.0.2.1 ip6:2001:db8::/32 redirect=c.example');
    fake.set('b.example', 'TXT', 'v=spf1 a mx/24 -ptr exists:%{i}.x.example -all');
    fake.set('c.example', 'TXT', 'v=spf1 -all');
    expect(await readSpf(fake.dns, 'a.example')).toMatchObject({
      lookupCount: 6,
      includes: ['b.example', 'c.example'],
      broken: [],
      admitsAll: false,
    });
  });

  test('records that include each other in a circle are read once', async () => {
    fake.set('a.example', 'TXT', 'v=spf1 include:b.example ~all');
    fake.set('b.example', 'TXT', 'v=spf1 include:a.example ~all');
    expect((await readSpf(fake.dns, 'a.example')).lookupCount).toBe(2);
  });
});

describe('DKIM', () => {
  test('a withdrawn key is no key', async () => {
    fake.set('google._domainkey.acme.example', 'TXT', 'v=DKIM1; k=rsa; p=');
    expect((await check()).dkim).toMatchObject({
      state: 'problem',
      sentence: expect.stringContaining('google._domainkey.acme.example'),
    });
  });

  test('Microsoft’s key is found behind its alias, under either name', async () => {
    fake.set('selector2._domainkey.acme.example', 'CNAME', 'selector2-acme._domainkey.acme.onmicrosoft.com');
    fake.set('selector2-acme._domainkey.acme.onmicrosoft.com', 'TXT', 'v=DKIM1; p=MIGf');
    expect((await check('acme.example', ['microsoft'])).dkim).toMatchObject({ state: 'good' });
  });

  test('of any other server nobody can tell from outside', async () => {
    expect((await check('acme.example', ['smtp'])).dkim).toMatchObject({ state: 'unknown' });
  });
});

describe('DMARC', () => {
  test('the names that are asked, eight at most', () => {
    expect(treeOf('mail.acme.example')).toEqual(['mail.acme.example', 'acme.example', 'example']);
    expect(treeOf('a.b.c.d.e.f.g.h.i.j.mail.example')).toEqual([
      'a.b.c.d.e.f.g.h.i.j.mail.example',
      'f.g.h.i.j.mail.example',
      'g.h.i.j.mail.example',
      'h.i.j.mail.example',
      'i.j.mail.example',
      'j.mail.example',
      'mail.example',
      'example',
    ]);
  });

  const at = (name: string, record: string) => fake.set(`_dmarc.${name}`, 'TXT', record);

  test('a subdomain is ruled by its organization, with the policy for subdomains', async () => {
    at('acme.example', 'v=DMARC1; p=reject; sp=quarantine');
    expect(await readDmarc(fake.dns, 'news.acme.example')).toMatchObject({
      policy: 'quarantine',
      organizationalDomain: 'acme.example',
    });
  });

  test('its own record comes first', async () => {
    at('news.acme.example', 'v=DMARC1; p=none');
    expect(await readDmarc(fake.dns, 'news.acme.example')).toMatchObject({
      policy: 'none',
      record: { domain: 'news.acme.example' },
      organizationalDomain: 'acme.example',
    });
  });

  test('the walk ends at psd=n, and one below psd=y', async () => {
    at('dept.acme.example', 'v=DMARC1; p=reject; psd=n');
    expect((await readDmarc(fake.dns, 'x.dept.acme.example')).organizationalDomain).toBe('dept.acme.example');
    at('gov.example', 'v=DMARC1; p=reject; psd=y');
    expect(await readDmarc(fake.dns, 'mail.town.gov.example')).toMatchObject({
      policy: 'reject',
      organizationalDomain: 'town.gov.example',
    });
  });

  test.each<[string, string | null]>([
    ['v=DMARC1; p=reject; t=y', 'quarantine'],
    ['v=DMARC1; p=quarantine; pct=10', 'quarantine'],
    ['v=DMARC1; p=nonsense; rua=mailto:a@acme.example', 'none'],
    ['v=DMARC1; p=nonsense', null],
    ['v=DMARC1', null],
    ['v=DMARC2; p=reject', null],
    ['p=reject; v=DMARC1', null],
  ])('%s asks for %s', async (record, policy) => {
    at('acme.example', record);
    expect((await readDmarc(fake.dns, 'acme.example')).policy).toBe(policy);
  });

  test('several records are as good as none', async () => {
    fake.set('_dmarc.acme.example', 'TXT', 'v=DMARC1; p=reject', 'v=DMARC1; p=none');
    expect((await check()).dmarc).toMatchObject({ state: 'problem' });
  });
});

test('a domain that takes no mail cannot get replies', async () => {
  fake.set('acme.example', 'MX', '0 .');
  expect((await check()).mx).toMatchObject({ state: 'problem', sentence: expect.stringContaining('nobody can reply') });
});
