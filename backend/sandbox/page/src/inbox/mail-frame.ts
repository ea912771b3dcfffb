/** Prepares a mail's HTML for a frame without scripts and without our origin. */

/**
 * The mail as a whole document: links go through the sandbox server, which follows them without leaving the machine;
 * pictures are loaded only when asked for, as mail programs do, and only from `imageOrigins`.
 */
export function mailDocument(
  html: string,
  options: { showImages: boolean; imageOrigins: string[]; pageOrigin: string },
): string {
  const mail = new DOMParser().parseFromString(html, 'text/html');
  for (const element of mail.querySelectorAll('script, base, meta, link, iframe, object, embed, form'))
    element.remove();
  for (const link of mail.querySelectorAll('a[href]')) {
    link.setAttribute(
      'href',
      `${options.pageOrigin}/sandbox/open?url=${encodeURIComponent(link.getAttribute('href') ?? '')}`,
    );
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noreferrer');
  }
  if (!options.showImages) {
    // The policy below would stop them as well; without an address the browser does not even try.
    for (const image of mail.querySelectorAll('img')) for (const name of ['src', 'srcset']) image.removeAttribute(name);
  }
  const images = options.showImages ? `data: ${options.imageOrigins.join(' ')}` : "'none'";
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src ${images}">`,
    '<style>body{margin:16px;font:15px/1.55 system-ui,sans-serif;color:#1b2330;overflow-wrap:anywhere}a{color:#0b57d0}img{max-width:100%}</style>',
  ].join('');
  return `<!doctype html><html lang="en"><head>${head}${mail.head.innerHTML}</head><body>${mail.body.innerHTML}</body></html>`;
}
