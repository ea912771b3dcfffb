import { fold } from './fold-words.ts';
import { header, type InboundMail, messageIds } from './parse-mail.ts';

export interface Bounce {
  /** Lower-cased; null when the report does not say whose mailbox it was. */
  recipient: string | null;
  class: 'hard' | 'soft' | 'policy';
  /** Enhanced status code (RFC 3463), as in 5.1.1. */
  status: string | null;
  diagnostic: string;
  /** Ids of the mail that came back, with angle brackets. */
  originalMessageIds: string[];
  /** Our own X-SalesOS-Message token, when the returned headers hold it. */
  salesosMessage: string | null;
}

const longestText = 50_000;
const daemon = /^(?:mailer-daemon|mail-daemon|postmaster|mailerdaemon|microsoftexchange[0-9a-f]*)@/;
const subjects =
  /^(?:undeliverable|undelivered|unzustellbar|non remis|no se puede entregar|non recapitabile|nao e possivel entregar|onbestelbaar|delivery (?:status notification|failure|has failed|incomplete)|mail delivery (?:failed|failure|subsystem|system)|returned mail|failure notice|message (?:not delivered|undeliverable|blocked|you sent blocked)|warning: message)/;

/**
 * The failed or delayed recipients of a delivery report, empty when the mail is none. Recipient blocks are never merged
 * (RFC 3464 §2.3). Reports without a status part are read from X-Failed-Recipients and their text.
 */
export function readBounces(mail: InboundMail): Bounce[] {
  const isReport = /^multipart\/report\b.*report-type="?delivery-status/i.test(header(mail, 'content-type'));
  const fromDaemon = daemon.test(mail.from?.address ?? '') || header(mail, 'return-path').trim() === '<>';
  const status = mail.reports.find((part) => part.mimeType.endsWith('delivery-status'));
  if (status && (isReport || fromDaemon)) {
    const bounces = fromStatusPart(status.text, mail);
    return bounces.length > 0 || saysDelivered(status.text) ? bounces : fromText(mail);
  }
  const failed = header(mail, 'x-failed-recipients');
  if (failed !== '' || isReport) return fromText(mail);
  return fromDaemon && subjects.test(fold(mail.subject)) ? fromText(mail) : [];
}

function fromStatusPart(text: string, mail: InboundMail): Bounce[] {
  const [perMessage, ...recipients] = text.split(/\n[ \t]*\n+/).map(readFields);
  const original = originals(mail, perMessage?.['x-original-message-id']);
  return recipients.flatMap((fields) => {
    const recipient = fields['final-recipient'] ?? fields['original-recipient'];
    const action = fields.action?.toLowerCase() ?? 'failed';
    if (recipient === undefined || !/^(?:failed|delayed)/.test(action)) return [];
    const diagnostic = (fields['diagnostic-code'] ?? '').replace(/^smtp;\s*/i, '').slice(0, 1_000);
    const status = bestStatus(fields.status, diagnostic);
    const address = fields['original-recipient'] ?? recipient;
    return [
      {
        recipient: bareAddress(address),
        class: bounceClass(action, status, diagnostic),
        status,
        diagnostic,
        ...original,
      },
    ];
  });
}

const saysDelivered = (text: string) => /^action:\s*(?:delivered|relayed|expanded)/im.test(text);

function fromText(mail: InboundMail): Bounce[] {
  const text = (mail.text ?? mail.html?.replace(/<[^<>]{0,1000}>/g, ' ') ?? '').slice(0, longestText);
  const own = new Set([...mail.to.map((person) => person.address), mail.from?.address ?? '']);
  const named = [
    ...header(mail, 'x-failed-recipients').split(','),
    ...(text.match(/[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g) ?? []),
  ]
    .map(bareAddress)
    .filter((address): address is string => address !== null && !own.has(address) && !daemon.test(address));
  const failed =
    header(mail, 'x-failed-recipients') === ''
      ? named.slice(0, 1)
      : named.slice(0, header(mail, 'x-failed-recipients').split(',').length);
  const diagnostic = (/^.{0,300}\b[45]\d\d[ -].{0,600}/m.exec(text)?.[0] ?? text.slice(0, 500))
    .replace(/\s+/g, ' ')
    .trim();
  const status = bestStatus(undefined, diagnostic);
  const delayed = /\bdelay|\bwarning|will (?:keep|continue) (?:on )?trying|verzoger/.test(fold(mail.subject));
  const verdict = {
    class: bounceClass(delayed ? 'delayed' : 'failed', status, diagnostic),
    status,
    diagnostic,
    ...originals(mail, undefined),
  };
  return (failed.length > 0 ? failed : [null]).map((recipient) => ({ recipient, ...verdict }));
}

/** Headers of a block; continuation lines are joined. */
function readFields(block: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const line of block.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon).trim().toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  return fields;
}

function originals(mail: InboundMail, named: string | undefined): ReturnedMail {
  const returned = returnedMail(mail);
  const all = [
    ...returned.originalMessageIds,
    ...messageIds(named),
    ...mail.inReplyTo,
    ...[...mail.references].reverse(),
  ];
  return { ...returned, originalMessageIds: [...new Set(all)] };
}

type ReturnedMail = Pick<Bounce, 'originalMessageIds' | 'salesosMessage'>;

/** The ids of the mail that a report (of a bounce or a complaint) carries with it, whole or as headers. */
export function returnedMail(mail: InboundMail): ReturnedMail {
  const returned = mail.reports
    .filter((part) => !part.mimeType.endsWith('delivery-status'))
    .map((part) => readFields(part.text.split(/\n[ \t]*\n/, 1)[0] ?? ''));
  return {
    originalMessageIds: returned.flatMap((fields) => [
      ...messageIds(fields['message-id']),
      ...messageIds(fields['x-google-original-message-id']),
    ]),
    salesosMessage: returned.map((fields) => fields['x-salesos-message']).find((value) => value !== undefined) ?? null,
  };
}

function bareAddress(field: string): string | null {
  const address = (field.includes(';') ? field.slice(field.indexOf(';') + 1) : field)
    .trim()
    .replace(/^<|>$/g, '')
    .toLowerCase();
  return address.includes('@') ? address : null;
}

/** The report's own code, unless it is the empty x.0.0 and the diagnostic knows better. */
function bestStatus(reported: string | undefined, diagnostic: string): string | null {
  const own = /[245]\.\d{1,3}\.\d{1,3}/.exec(reported ?? '')?.[0] ?? null;
  if (own !== null && !own.endsWith('.0.0')) return own;
  return /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(diagnostic)?.[0] ?? own;
}

const hardCodes = new Set(['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1', '5.4.4']);
const policyCodes = /^5\.7\.|^5\.4\.1$|^5\.1\.8$/;

/** `hard`: the mailbox is not there. `policy`: they refuse us, not the address. Everything else may pass (`soft`). */
function bounceClass(action: string, status: string | null, diagnostic: string): Bounce['class'] {
  if (action.startsWith('delayed') || status?.startsWith('4.')) return 'soft';
  if (status !== null && hardCodes.has(status)) return 'hard';
  if (status !== null && policyCodes.test(status)) return 'policy';
  if (status !== null && !status.endsWith('.0.0')) return 'soft';
  const words = fold(diagnostic);
  if (/\b4\d\d\b/.test(words) && !/\b5\d\d\b/.test(words)) return 'soft';
  if (/spam|blacklist|blocklist|blocked|reputation|policy|not authori[sz]ed|dmarc|spf/.test(words)) return 'policy';
  if (/quota|mailbox (?:is )?full|too large|exceed/.test(words)) return 'soft';
  return /user unknown|unknown user|no such (?:user|recipient|mailbox)|does(?:n't| not) exist|not found|address rejected|invalid (?:recipient|mailbox)|unknown recipient|couldn't be found|no mailbox/.test(
    words,
  )
    ? 'hard'
    : 'soft';
}
