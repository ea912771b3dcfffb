import { addressesOf, baseSubject, headerOf, messageIdsOf, splitMail } from './rfc822.ts';

/**
 * Real RFC 5322 answers of a prospect (or of a mail server) to a mail as it arrived on the wire. Whoever runs a mail fake
 * hands the result to the rep's mailbox. Each takes the moment it is written and makes its own Message-ID from it, so the
 * same call at the same moment is the same mail.
 */
interface AnswerTo {
  /** The raw mail the prospect received. */
  original: Buffer;
  at: Date;
}

/** A person answers. `from` defaults to the address the mail was sent to; another address is a colleague in the thread. */
export function composeReply(input: AnswerTo & { from?: string; fromName?: string; text: string }): Buffer {
  const { original, at, text } = input;
  const from = input.from ?? recipientOf(original);
  const quoted = bodyText(original)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
  return compose({
    headers: {
      From: input.fromName ? `${input.fromName} <${from}>` : from,
      To: headerOf(original, 'Reply-To') ?? headerOf(original, 'From') ?? '',
      Subject: replySubject(original),
      ...threadHeaders(original),
    },
    body: `${text}\n\nOn ${at.toUTCString()}, ${headerOf(original, 'From') ?? 'you'} wrote:\n${quoted}\n`,
    at,
    from,
  });
}

/** An away message as Exchange writes it. `backOn` is the first day back, as people write it. */
export function composeOutOfOffice(input: AnswerTo & { backOn: Date; from?: string }): Buffer {
  const { original, at, backOn } = input;
  const from = input.from ?? recipientOf(original);
  const day = backOn.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  return compose({
    headers: {
      From: from,
      To: headerOf(original, 'From') ?? '',
      Subject: `Automatic reply: ${headerOf(original, 'Subject') ?? ''}`,
      ...threadHeaders(original),
      'Auto-Submitted': 'auto-replied',
      'X-Auto-Response-Suppress': 'All',
    },
    body: `Thank you for your message.\n\nI am out of the office and will be back on ${day}.\n`,
    at,
    from,
  });
}

/** A mailbox that does not exist: RFC 3464 report, action failed, 5.1.1, as Gmail files it into the thread. */
export function composeHardBounce(input: AnswerTo & { recipient?: string }): Buffer {
  return composeBounce(input, {
    action: 'failed',
    status: '5.1.1',
    diagnostic: 'smtp; 550 5.1.1 The email account that you tried to reach does not exist.',
    subject: 'Delivery Status Notification (Failure)',
    sentence: "Your message wasn't delivered because the address couldn't be found, or is unable to receive mail.",
  });
}

/** A full mailbox, tried until the server gave up: action failed, 4.2.2. */
export function composeSoftBounce(input: AnswerTo & { recipient?: string }): Buffer {
  return composeBounce(input, {
    action: 'failed',
    status: '4.2.2',
    diagnostic: 'smtp; 452 4.2.2 The recipient inbox is full.',
    subject: 'Delivery Status Notification (Failure)',
    sentence: "Your message wasn't delivered because the recipient's inbox is full.",
  });
}

interface Report {
  action: 'failed';
  status: string;
  diagnostic: string;
  subject: string;
  sentence: string;
}

function composeBounce(input: AnswerTo & { recipient?: string }, report: Report): Buffer {
  const { original, at } = input;
  const recipient = input.recipient ?? recipientOf(original);
  const boundary = `bounce-${at.getTime().toString(36)}`;
  const originalHeaders = splitMail(original).headers.map((header) => header.source);
  const lines = [
    `--${boundary}`,
    'Content-Type: text/plain; charset="UTF-8"',
    '',
    `** ${report.subject} **`,
    '',
    `${recipient}: ${report.sentence}`,
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; googlemail.com',
    'Received-From-MTA: dns; sender.example',
    `Arrival-Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    `X-Original-Message-ID: ${headerOf(original, 'Message-ID') ?? ''}`,
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${report.action}`,
    `Status: ${report.status}`,
    `Diagnostic-Code: ${report.diagnostic}`,
    '',
    `--${boundary}`,
    'Content-Type: message/rfc822',
    '',
    originalHeaders.join('').replaceAll('\r\n', '\n'),
    '',
    `--${boundary}--`,
  ];
  return compose({
    headers: {
      'Return-Path': '<>',
      From: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
      To: addressesOf(headerOf(original, 'From'))[0] ?? '',
      Subject: report.subject,
      'Auto-Submitted': 'auto-replied',
      'X-Failed-Recipients': recipient,
      'Content-Type': `multipart/report; boundary="${boundary}"; report-type=delivery-status`,
      ...threadHeaders(original),
    },
    body: `${lines.join('\n')}\n`,
    at,
    from: 'mailer-daemon@googlemail.com',
  });
}

function compose(mail: { headers: Record<string, string>; body: string; at: Date; from: string }): Buffer {
  const domain = mail.from.split('@').at(-1) ?? 'example.com';
  const stamp = `${mail.at.getTime().toString(36)}.${fingerprint(mail.from + mail.headers['In-Reply-To'] + mail.body)}`;
  const headers: Record<string, string> = {
    ...mail.headers,
    Date: mail.at.toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${stamp}@${domain}>`,
    'MIME-Version': '1.0',
  };
  headers['Content-Type'] ??= 'text/plain; charset="UTF-8"';
  const head = Object.entries(headers)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Buffer.from(`${head}\r\n${mail.body.replace(/\r?\n/g, '\r\n')}`);
}

function threadHeaders(original: Buffer): { 'In-Reply-To': string; References: string } {
  const messageId = headerOf(original, 'Message-ID') ?? '';
  const earlier = messageIdsOf(headerOf(original, 'References'));
  return { 'In-Reply-To': messageId, References: [...earlier, messageId].join('\r\n ') };
}

function replySubject(original: Buffer): string {
  const subject = headerOf(original, 'Subject') ?? '';
  return baseSubject(subject) === subject.trim().toLowerCase() ? `Re: ${subject}` : subject;
}

function recipientOf(original: Buffer): string {
  return addressesOf(headerOf(original, 'To'))[0] ?? 'prospect@example.com';
}

/** What a mail program would quote. Encoded bodies are left out: a quote is decoration here. */
function bodyText(original: Buffer): string {
  const { headers, body } = splitMail(original);
  const plain = !/multipart|base64|quoted/i.test(headers.map((header) => header.source).join(''));
  return plain ? body.toString().replaceAll('\r\n', '\n').trimEnd().slice(0, 2000) : '';
}

/** FNV-1a, enough to keep two mails of the same millisecond apart. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36);
}
