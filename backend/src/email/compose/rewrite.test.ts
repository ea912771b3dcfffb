import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillHtml, mergeHtml, prepareHtml } from './rewrite.ts';

const pixelUrl = 'https://t.example/o/1.gif';
const pixel = '<img src="https://t.example/o/1.gif" width="1" height="1" alt="">';
const track = (html: string, ownHosts: string[] = ['t.example']) => {
  const prepared = prepareHtml(html, ownHosts);
  const merged = mergeHtml(prepared, prepared.template);
  const linkUrls = merged.targets.map((_url, index) => `https://t.example/c/${index}`);
  return {
    targets: merged.targets,
    html: fillHtml(merged, { linkUrls, pixelUrl }),
    untouched: fillHtml(merged, { linkUrls: null, pixelUrl: null }),
  };
};

describe('tracked links', () => {
  test.each([
    ['<a href="https://x.com/a">go</a>', 'https://x.com/a'],
    ["<A HREF='HTTP://X.com/a'>go</A>", 'http://x.com/a'],
    ['<a href=https://x.com/a>go</a>', 'https://x.com/a'],
    ['<a\n  class="b"\n  href = "https://x.com/a?b=1&amp;c=2"\n>go</a>', 'https://x.com/a?b=1&c=2'],
    ['<map><area href="https://x.com/a"></map>', 'https://x.com/a'],
    ['<a href="https://x.com/\n%0a">go</a>', 'https://x.com/%0a'],
    ['<a href="https://münchen.de/ä">go</a>', 'https://xn--mnchen-3ya.de/%C3%A4'],
    ['<a href="https://x.com/a"><img src="https://x.com/i.png"></a>', 'https://x.com/a'],
    ['<a title="a > b" href="https://x.com/a">go</a>', 'https://x.com/a'],
    ['<a href="https://x.com/a" href="https://second.example/">go</a>', 'https://x.com/a'],
    ['<!--[if !mso]><!--><a href="https://x.com/a">go</a><!--<![endif]-->', 'https://x.com/a'],
    ['<a href="https://x.com/a">unclosed', 'https://x.com/a'],
  ])('%s', (html, url) => {
    const tracked = track(html);
    expect(tracked.targets).toEqual([url]);
    expect(tracked.html).toContain('https://t.example/c/0');
    expect(tracked.untouched).toBe(html);
  });

  test.each([
    '<a href="mailto:a@x.com">go</a>',
    '<a href="tel:+123">go</a>',
    '<a href="#top">go</a>',
    '<a href="cid:logo">go</a>',
    '<a href="/relative">go</a>',
    '<a href="//x.com">go</a>',
    '<a href="javascript:alert(1)">go</a>',
    '<a href="data:text/html,x">go</a>',
    '<a href="">go</a>',
    '<a href>go</a>',
    '<a href="https://user:secret@x.com/">go</a>',
    '<a href="https://user@x.com/">go</a>',
    '<a href="https://">go</a>',
    `<a href="https://x.com/${'x'.repeat(3_000)}">go</a>`,
    '<a href="https://t.example/u/1">go</a>',
    '<a href="https://x.com/a" data-no-track>go</a>',
    '<a data-no-track="1" href="https://x.com/a">go</a>',
    '<a href="{{unsubscribe_url}}">leave</a>',
    '<a href="https://x.com/a">https://x.com/a</a>',
    '<a href="https://x.com/a"> <b>www.x.com</b>&nbsp;</a>',
    '<a href="https://x.com/a">x.com/pricing</a>',
    '<!-- <a href="https://x.com/a">go</a> -->',
    '<!--[if mso]><a href="https://x.com/a">go</a><![endif]-->',
    '<textarea><a href="https://x.com/a">go</a></textarea>',
    '<script>"<a href=\\"https://x.com/a\\">go</a>"</script>',
    '<style><a href="https://x.com/a">go</a></style>',
    '<title><a href="https://x.com/a">go</a></title>',
    '<link href="https://x.com/a.css"><img src="https://x.com/a.png">',
    'https://x.com/a',
  ])('left alone: %s', (html) => {
    expect(track(html)).toMatchObject({ targets: [], html: html + pixel });
  });

  test('an address that appears twice is one target', () => {
    const { targets, html } = track(
      '<a href="https://x.com/a">one</a><a href="https://x.com/b">two</a><a href="https://x.com/a">one</a>',
    );
    expect(targets).toEqual(['https://x.com/a', 'https://x.com/b']);
    expect(html.match(/\/c\/\d/g)).toEqual(['/c/0', '/c/1', '/c/0']);
  });
});

describe('the pixel', () => {
  test.each([
    ['<html><body><p>x</p></body></html>', `<html><body><p>x</p>${pixel}</body></html>`],
    ['<p>x</p></BODY >', `<p>x</p>${pixel}</BODY >`],
    ['<body>a</body><!-- </body> --></html>', `<body>a${pixel}</body><!-- </body> --></html>`],
    ['<body><textarea></body></textarea></body>', `<body><textarea></body></textarea>${pixel}</body>`],
    ['<body>a</body>b</body>c', `<body>a</body>b${pixel}</body>c`],
    ['<p>x</p>', `<p>x</p>${pixel}`],
    ['', pixel],
  ])('in %s', (html, expected) => {
    expect(track(html).html).toBe(expected);
  });
});

describe('a template with variables', () => {
  const prepared = prepareHtml(
    '<a href="https://x.com/?n={{fallback first_name "you > me"}}">{{label}}</a>{{#if a}}<a href="https://y.com/">go</a>{{/if}}</body>',
  );
  const render = (name: string, label: string, second: string) =>
    prepared.template
      .replace('{{fallback first_name "you > me"}}', name)
      .replace('{{label}}', label)
      .replace(/\{\{#if a\}\}(.*?)\{\{\/if\}\}/, second);

  test('a link is judged by its final address', () => {
    expect(mergeHtml(prepared, render('a&amp;b', 'go', '$1')).targets).toEqual([
      'https://x.com/?n=a&b',
      'https://y.com/',
    ]);
  });

  test('a link whose text turns out to be an address is left alone', () => {
    expect(mergeHtml(prepared, render('a', 'https://x.com', '$1')).targets).toEqual(['https://y.com/']);
  });

  test('a link in a branch that was not taken is not a target', () => {
    const merged = mergeHtml(prepared, render('a', 'go', ''));
    expect(merged.targets).toEqual(['https://x.com/?n=a']);
    expect(fillHtml(merged, { linkUrls: ['https://t.example/c?a=1&b=2'], pixelUrl })).toBe(
      `<a href="https://t.example/c?a=1&amp;b=2">go</a>${pixel}</body>`,
    );
  });
});

const fragment = fc.constantFrom(
  '<a href="https://x.com/1">',
  "<a href='https://x.com/2'>",
  '<a href=https://x.com/3>',
  '<a href="https://x.com/?a=1&amp;b=2"',
  '</a>',
  '<body>',
  '</body>',
  '<!--',
  '-->',
  '<!--[if mso]>',
  '<![endif]-->',
  '<textarea>',
  '</textarea>',
  '<script>',
  '</script>',
  '<style>',
  '</style>',
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">',
  '<td>',
  '"',
  "'",
  '>',
  '<',
  '/',
  '=',
  '&amp;',
  '&',
  'text',
  'ü🙂',
  '\r\n',
  '\u0000',
  '<svg><a href="https://x.com/4">',
  '<![CDATA[',
  ']]>',
  '{{x}}',
  '{{',
  'https://x.com/5',
);

/** The control characters that compileTemplate refuses. */
const withoutMarks = (html: string) =>
  ['\u0001', '\u0002', '\u0003'].reduce((text, mark) => text.replaceAll(mark, ''), html);

test('every byte but the replaced addresses and the pixel stays', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fragment, fc.string()), { maxLength: 40 }), (fragments) => {
      const html = withoutMarks(fragments.join(''));
      const prepared = prepareHtml(html);
      const merged = mergeHtml(prepared, prepared.template);
      expect(fillHtml(merged, { linkUrls: null, pixelUrl: null })).toBe(html);
      const linkUrls = merged.targets.map((_url, index) => `https://t.example/c/${index}`);
      const filled = fillHtml(merged, { linkUrls, pixelUrl });
      expect(filled.split(pixel)).toHaveLength(2);
      const hrefs = merged.pieces.filter((piece) => piece.target !== null).map((piece) => piece.text);
      let restored = filled.replace(pixel, () => '');
      restored = restored.replace(/https:\/\/t\.example\/c\/\d+/g, () => hrefs.shift()!);
      expect(restored).toBe(html);
      expect(hrefs).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['<a '.repeat(300_000)],
  ['<a href="'.repeat(100_000)],
  ['<!--'.repeat(200_000)],
  ['<a href="https://x.com">'.repeat(30_000)],
  ['</'.repeat(400_000)],
  ['{{'.repeat(400_000)],
])('a megabyte of hostile HTML is read in linear time', (html) => {
  const before = performance.now();
  track(html);
  expect(performance.now() - before).toBeLessThan(5_000);
});
