import { isLoginRefused, replyOf } from './imap-session.ts';
import type { Server } from './servers.ts';
import { SmtpFailure } from './smtp-session.ts';

const facts = {
  imap: { name: 'incoming (IMAP)', tlsPort: 993, starttlsPort: 143 },
  smtp: { name: 'outgoing (SMTP)', tlsPort: 465, starttlsPort: 587 },
};
export type Side = keyof typeof facts;

/** Why a server could not be used, for the person who typed its settings: what is wrong, and what to try. */
export function explainFailure(side: Side, { host, port, security }: Server, error: unknown): string {
  const { name, tlsPort, starttlsPort } = facts[side];
  const { codes, text, all } = whatHappened(error);
  const has = (...wanted: string[]) => wanted.some((code) => codes.has(code));
  const ports = `Usual are ${tlsPort} with SSL/TLS and ${starttlsPort} with STARTTLS.`;
  if (has('NOT_PUBLIC')) return `The ${name} server cannot be used: ${text}`;
  if (isRefused(error, codes)) {
    return `The ${name} server does not accept the user name and password. Many providers want an “app password” here instead of the usual one.`;
  }
  if (has('ENOAUTH')) return `The ${name} server offers no login on port ${port}. ${ports}`;
  if (has('ENOTFOUND', 'EAI_AGAIN', 'EDNS')) return `There is no server called “${host}”. Check the spelling.`;
  if (has('ECONNREFUSED'))
    return `${host} takes no connections on port ${port}. Check the port of the ${name} server. ${ports}`;
  if (/certificate|altname|self.signed/i.test(all) || [...codes].some((code) => /CERT/.test(code))) {
    return `The certificate of ${host} is not valid for that name, so the connection would not be safe. Use the exact server name your provider gives.`;
  }
  if (/wrong version number|packet length|SSL routines|\bEPROTO\b/i.test(all) || (security === 'tls' && has('ETLS'))) {
    return `${host} does not speak SSL/TLS on port ${port}. Choose STARTTLS, or another port. ${ports}`;
  }
  if (security === 'starttls' && /STARTTLS/i.test(all)) {
    return `${host} does not offer STARTTLS on port ${port}. Choose SSL/TLS, or another port. ${ports}`;
  }
  if (has('GREETING_TIMEOUT') || /greeting never received/i.test(all)) {
    return `${host} takes the connection on port ${port}, but does not greet as an ${name} server does: the encryption may not fit the port, or it is the port of something else. ${ports}`;
  }
  if (has('ETIMEDOUT', 'CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH')) {
    return `${host} does not answer on port ${port}. Check the name and the port of the ${name} server. ${ports}`;
  }
  if (has('EPROTOCOL', 'ClosedAfterConnectTLS', 'ClosedAfterConnectText', 'ParserError')) {
    return `What answers at ${host} on port ${port} is no ${name} server. ${ports}`;
  }
  return `The ${name} server did not let us in. It said: “${text}”`;
}

const isRefused = (error: unknown, codes: Set<string>) =>
  error instanceof SmtpFailure ? codes.has('EAUTH') || error.reply?.code === 535 : isLoginRefused(error);

/** Every code that libraries and Node hung on an error, what the server said, and all of it as one text. */
function whatHappened(error: unknown): { codes: Set<string>; text: string; all: string } {
  const codes = new Set<string>();
  const texts: string[] = [];
  for (let one = error, depth = 0; one instanceof Error && depth < 4; one = one.cause, depth += 1) {
    const { code, originalCode, command } = one as { code?: unknown; originalCode?: unknown; command?: unknown };
    for (const found of [code, originalCode]) if (typeof found === 'string') codes.add(found);
    texts.push(replyOf(one), one.message, String(command ?? ''));
  }
  return { codes, text: texts.at(-3) ?? String(error), all: [...texts, ...codes].join(' ') };
}
