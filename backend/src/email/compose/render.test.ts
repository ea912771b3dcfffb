import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidTemplate } from './check-template.ts';
import { compileTemplate, render, type TemplateSource } from './render.ts';
import { fillHtml } from './rewrite.ts';

const values = {
  first_name: 'Dana',
  company_name: 'Smith & Sons',
  sender_name: 'Robin Vale',
  postal_address: '1 Main Street\nSpringfield',
  unsubscribe_url: 'https://t.example/u/abc?x=1&y=2',
};
const untracked = { linkUrls: null, pixelUrl: null };
function write(source: Partial<TemplateSource>, variables: Record<string, string | null> = {}) {
  const mail = render(compileTemplate({ subject: 'Hi', text: 'x', ...source }), { ...values, ...variables });
  return { ...mail, html: fillHtml(mail.html, untracked) };
}
function problems(source: Partial<TemplateSource>) {
  try {
    compileTemplate({ subject: 'Hi', html: '<p>x</p>', ...source });
  } catch (error) {
    if (error instanceof InvalidTemplate) return error.problems;
    throw error;
  }
  return [];
}

describe('values', () => {
  test('are escaped in HTML and nowhere else', () => {
    const mail = write(
      { subject: '{{company_name}}', html: '<p>{{company_name}}</p>', text: '{{company_name}}' },
      { company_name: '<b>"R&D"</b>' },
    );
    expect(mail.subject).toBe('<b>"R&D"</b>');
    expect(mail.text).toContain('<b>"R&D"</b>\n');
    expect(mail.html).toContain('<p>&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt;</p>');
  });

  test('that are missing fall back, and without fallback are named', () => {
    const source = {
      subject: '{{first_name}}',
      html: 'Hi {{fallback first_name "there & you"}}, {{job_title}}',
      text: null,
    };
    expect(write(source, { first_name: ' ', job_title: null })).toMatchObject({
      html: expect.stringContaining('Hi there &amp; you, '),
      text: expect.stringContaining('Hi there & you,'),
      missing: ['first_name', 'job_title'],
    });
    expect(write(source, { job_title: 'CTO' }).missing).toEqual([]);
  });

  test('under a condition that is not met are not missing', () => {
    const source = {
      html: '{{#if job_title}}As {{job_title}}{{else}}Hello{{/if}}{{#unless email}}!{{/unless}}',
      text: null,
    };
    expect(write(source)).toMatchObject({ missing: [], text: expect.stringContaining('Hello!') });
    expect(write(source, { job_title: 'CTO', email: 'a@b.example' }).text).toContain('As CTO');
  });

  test('cannot bring line breaks into the subject, marks into the HTML, or templates', () => {
    const mail = write(
      {
        subject: 'Hi {{first_name}}',
        html: '<a href="https://x.com/{{first_name}}">go</a></body>',
        text: '{{first_name}}',
      },
      { first_name: 'a\r\nBcc: x@y.z \u0001\u0003 {{company_name}}' },
    );
    expect(mail.subject).toBe('Hi a Bcc: x@y.z {{company_name}}');
    expect(mail.html).toContain('https://x.com/a\nBcc: x@y.z   {{company_name}}');
  });

  test('whatever they are, the HTML around them is read the same', () => {
    const compiled = compileTemplate({
      subject: 'x',
      html: '<p title="{{first_name}}">{{first_name}}<!-- {{first_name}} --><a href=\'https://x.com/?{{first_name}}\'>a</a><textarea>{{first_name}}</textarea></p></body>',
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('-->', "' x='", '"><script>', '</textarea>', '\u0001', '</body>')),
        (first_name) => {
          const { html } = render(compiled, { ...values, first_name: `x${first_name}` });
          expect(html.targets).toHaveLength(1);
          expect(html.targets[0]).toMatch(/^https:\/\/x\.com\/\?x/);
          const filled = fillHtml(html, { linkUrls: ['https://t.example/c'], pixelUrl: 'https://t.example/o' });
          expect(filled).toMatch(/<img src="https:\/\/t\.example\/o" width="1" height="1" alt=""><\/body>$/);
          expect(filled.match(/</g)).toHaveLength(16);
        },
      ),
    );
  });
});

describe('parts', () => {
  test('text is derived from HTML', () => {
    const html = `<html><head><title>no</title><style>p{}</style></head><body><h1>Hi {{first_name}}</h1><p>See&nbsp;our
      <a href="https://x.com/a?b=1&amp;c=2">pricing</a>.<br>Or <a href="https://x.com">https://x.com</a></p><ul><li>one</li><li>two</li></ul>
      <a href="{{unsubscribe_url}}">Leave</a><p>{{postal_address}}</p></body></html>`;
    expect(write({ html, text: null }).text).toBe(
      'Hi Dana\n\nSee our pricing (https://x.com/a?b=1&c=2).\nOr https://x.com\n\n- one\n- two\n\nLeave (https://t.example/u/abc?x=1&y=2)\n\n1 Main Street\nSpringfield',
    );
  });

  test('HTML is derived from text', () => {
    const text = 'Hi {{first_name}} <you>,\nsee https://x.com/a?b=1&c=2, or "https://y.com/{{company_name}}".';
    expect(write({ text, html: null }).html).toContain(
      '<div>Hi Dana &lt;you&gt;,<br>\nsee <a href="https://x.com/a?b=1&amp;c=2">https://x.com/a?b=1&amp;c=2</a>, or ' +
        '&quot;<a href="https://y.com/Smith &amp; Sons">https://y.com/Smith &amp; Sons</a>&quot;.',
    );
  });

  test('every mail ends with the postal address and a way to unsubscribe, which is not tracked', () => {
    const compiled = compileTemplate({ subject: 'x', html: '<body><p>x</p></body>' });
    const mail = render(compiled, values);
    expect(mail.html.targets).toEqual([]);
    expect(fillHtml(mail.html, untracked)).toMatch(
      /1 Main Street\nSpringfield.*href="https:\/\/t\.example\/u\/abc.*<\/body>$/s,
    );
    expect(mail.text).toBe('x\n\n1 Main Street\nSpringfield\nUnsubscribe: https://t.example/u/abc?x=1&y=2\n');
    expect(compiled.variables).toEqual(['postal_address', 'unsubscribe_url']);
  });

  test('an author who placed them keeps the place; hidden or conditional ones do not count', () => {
    const placed = '<p>{{postal_address}} <a href="{{unsubscribe_url}}">bye</a></p>';
    expect(write({ html: placed }).html).not.toContain('Rather not');
    expect(write({ html: `<!-- ${placed} -->x` }).html).toContain('Rather not');
    expect(write({ html: `{{#if first_name}}${placed}{{/if}}` }).html).toContain('Rather not');
    expect(write({ html: '<p>{{postal_address}} {{unsubscribe_url}}</p>' }).html).toContain('Rather not');
  });

  test('the mail without a postal address says that it is missing', () => {
    expect(write({}, { postal_address: null }).missing).toEqual(['postal_address']);
  });
});

describe('a template is refused, with the place', () => {
  test('unknown variables, each one', () => {
    expect(
      problems({
        subject: 'Hi {{firstname}}',
        html: '<p>\n  {{nope}} {{fallback nada "x"}}{{#if never}}{{/if}}</p>',
        text: '{{gone}}',
      }),
    ).toEqual([
      { part: 'subject', line: 1, column: 4, message: 'There is no variable "firstname".' },
      { part: 'html', line: 2, column: 3, message: 'There is no variable "nope".' },
      { part: 'html', line: 2, column: 12, message: 'There is no variable "nada".' },
      { part: 'html', line: 2, column: 33, message: 'There is no variable "never".' },
      { part: 'text', line: 1, column: 1, message: 'There is no variable "gone".' },
    ]);
  });

  test.each([
    ['{{{first_name}}}', 'two braces'],
    ['{{&first_name}}', 'Only {{variable}}'],
    ['{{first_name', 'never closed'],
    ['{{}}', 'do not fit'],
    ['{{#if first_name}}x', 'do not fit'],
    ['{{/if}}', 'do not fit'],
    ['{{fallback first_name}}', 'Write {{fallback'],
    ['{{fallback first_name last_name}}', 'Write {{fallback'],
    ['{{fallback first_name "a" "b"}}', 'Write {{fallback'],
    ['{{fallback first_name "}}"}}', 'Write {{fallback'],
    ['{{fallback}}', 'Write {{fallback'],
    ['{{constructor}}', 'no variable "constructor"'],
    ['{{__proto__}}', 'no variable "__proto__"'],
    ['{{this.constructor}}', 'no variable "this.constructor"'],
    ['{{first_name.constructor}}', 'no variable'],
    ['{{../first_name}}', 'no variable'],
    ['{{@root}}', 'no variable'],
    ['{{this}}', 'no variable'],
    ['{{lookup first_name "x"}}', 'no helper "lookup"'],
    ['{{helperMissing first_name}}', 'no helper'],
    ['{{log first_name}}', 'no helper'],
    ['{{#each first_name}}x{{/each}}', 'Only {{variable}}'],
    ['{{#with first_name}}x{{/with}}', 'Only {{variable}}'],
    ['{{#first_name}}x{{/first_name}}', 'Only {{variable}}'],
    ['{{> partial}}', 'Only {{variable}}'],
    ['{{* decorator}}', 'Only {{variable}}'],
    ['{{#if (lookup first_name "x")}}x{{/if}}', 'no variable'],
    ['{{fallback (lookup this "x") "y"}}', 'no variable'],
    ['{{{{raw}}}}x{{{{/raw}}}}', 'two braces'],
    ['\\{{first_name}}', '"\\"'],
    ['\u0001', 'control character'],
    ['{{first_name}}'.repeat(501), 'More than 500'],
    ['{{#if first_name}}'.repeat(400), 'do not fit'],
    ['x'.repeat(300_000), 'longer than 256000'],
    ['<script>alert(1)</script>', 'scripts'],
    ['<style>{{first_name}}</style>', 'text or between the quotes'],
    ['<a href={{first_name}}>x</a>', 'text or between the quotes'],
    ['<a {{first_name}}="x">x</a>', 'text or between the quotes'],
    ['<{{first_name}}>', 'text or between the quotes'],
    ['<a href="x{{#if email}}y{{/if}}">x</a>', 'text only'],
    ['<a {{#if email}}href="x"{{else}}href="y"{{/if}}>x</a>', 'text or between the quotes'],
    ['<!-- {{#if email}} -->{{/if}}', 'text only'],
    ['<textarea>{{#if email}}</textarea>{{/if}}', 'text only'],
  ])('%j', (html, message) => {
    const found = problems({ html });
    expect(found[0]?.message).toContain(message);
    expect(found[0]).toMatchObject({ part: 'html', line: 1 });
  });

  test('nothing to say', () => {
    expect(problems({ html: ' ', text: '' })[0]?.message).toBe('The mail has no content.');
    expect(problems({ subject: ' ' })[0]).toMatchObject({ part: 'subject', message: 'The subject is empty.' });
  });

  test('what fits the rules is accepted', () => {
    expect(
      problems({
        html: '{{! a note }}{{!-- a {{note}} --}}{{~first_name~}}<p title="{{last_name}}">{{#if email}}a{{else if job_title}}b{{else}}c{{/if}}</p><!-- {{email}} --><style>a{b:c}</style>',
      }),
    ).toEqual([]);
    expect(
      compileTemplate({ subject: 'x', text: '{{lead_source}}' }, { variables: ['lead_source'] }).variables,
    ).toContain('lead_source');
  });

  test('a mail that grows beyond the limit when filled in is refused', () => {
    expect(() => write({ text: '{{first_name}}'.repeat(100) }, { first_name: 'x'.repeat(10_000) })).toThrow(
      /text is longer/,
    );
  });

  test('any text gives a template or its problems, nothing else', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{',
      '#if ',
      'first_name',
      '/if',
      'else',
      '"',
      '<',
      'a href="',
      '>',
      '~',
      '!',
      '--',
      'fallback ',
      '\n',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        problems({ html: pieces.join('') });
        problems({ text: pieces.join(''), html: null, subject: pieces.join('') });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the signature', () => {
  const values = { postal_address: '1 Main Street', unsubscribe_url: 'https://t.example/u' };
  const mail = (source: Parameters<typeof compileTemplate>[0], signature?: string) => {
    const { text, html, missing } = render(compileTemplate(source), { ...values, signature });
    return { text, html: html.pieces.map((piece) => piece.text).join(''), missing };
  };

  test('stands before the footer, its lines kept and its text escaped', () => {
    const { text, html } = mail({ subject: 's', html: '<p>Hi</p>' }, 'Robin <R&D>\nSender Inc.');
    expect(text).toBe('Hi\n\nRobin <R&D>\nSender Inc.\n\n1 Main Street\nUnsubscribe: https://t.example/u\n');
    expect(html).toMatch(/<p>Hi<\/p><div style="[^"]*pre-line">Robin &lt;R&amp;D&gt;\nSender Inc\.<\/div><div/);
  });

  test('stands where the template wants it, and there only', () => {
    const { text } = mail({ subject: 's', text: 'Hi\n{{signature}}\nPS: x' }, 'Robin');
    expect(text).toMatch(/^Hi\nRobin\nPS: x\n/);
    expect(text.match(/Robin/g)).toHaveLength(1);
  });

  test('leaves no trace where there is none, and no mail waits for it', () => {
    const { text, html, missing } = mail({ subject: 's', text: 'Hi {{signature}}' });
    expect(missing).toEqual([]);
    expect(text).toMatch(/^Hi\s/);
    expect(html).not.toContain('margin-top:16px');
  });
});
