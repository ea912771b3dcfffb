/** Received mails written for the tests, in the manner of the programs they are named after. */

export function mailText(headers: Record<string, string>, body: string): Buffer {
  const all = {
    From: 'Dana Vale <dana@customer.example>',
    To: 'robin@sender.example',
    Subject: 'Re: A question about Q1',
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([...head, 'MIME-Version: 1.0', '', body].join('\n').replaceAll('\n', '\r\n'));
}

function report(
  headers: Record<string, string>,
  text: string,
  status: string,
  returned: string,
  returnedType = 'text/rfc822-headers',
): Buffer {
  return mailText(
    {
      To: 'robin@sender.example',
      'Content-Type': 'multipart/report; report-type=delivery-status;\n boundary="cut"',
      ...headers,
    },
    `--cut\nContent-Type: text/plain; charset=utf-8\n\n${text}\n\n--cut\nContent-Type: message/delivery-status\n\n${status}\n\n--cut\nContent-Type: ${returnedType}\n\n${returned}\n\n--cut--\n`,
  );
}

const returned =
  'From: robin@sender.example\nTo: dana@customer.example\nMessage-ID: <own-1@sender.example>\nX-SalesOS-Message: token-1\nSubject: A question about Q1';

export const postfixBounce = report(
  {
    From: 'MAILER-DAEMON@mx.sender.example (Mail Delivery System)',
    Subject: 'Undelivered Mail Returned to Sender',
    'Return-Path': '<>',
    'Auto-Submitted': 'auto-replied',
  },
  'This is the mail system at host mx.sender.example.\n\n<dana@customer.example>: host mx.customer.example[192.0.2.7] said: 550 5.1.1\n    <dana@customer.example>: Recipient address rejected: User unknown',
  'Reporting-MTA: dns; mx.sender.example\nX-Postfix-Queue-ID: 4F1\n\nFinal-Recipient: rfc822; dana@customer.example\nOriginal-Recipient: rfc822;Dana@customer.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.customer.example\nDiagnostic-Code: smtp; 550 5.1.1\n    <dana@customer.example>: Recipient address rejected: User unknown',
  returned,
);

export const gmailBounce = report(
  {
    From: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
    Subject: 'Delivery Status Notification (Failure)',
    'X-Failed-Recipients': 'dana@customer.example',
    'In-Reply-To': '<wire-1@mail.gmail.com>',
    References: '<wire-1@mail.gmail.com>',
    'Auto-Submitted': 'auto-replied',
  },
  '** Address not found **\n\nYour message was not delivered to dana@customer.example because the domain customer.example could not be found.',
  'Reporting-MTA: dns; googlemail.com\nArrival-Date: Mon, 23 Nov 2026 01:00:00 -0800 (PST)\nX-Original-Message-ID: <wire-1@mail.gmail.com>\n\nFinal-Recipient: rfc822; dana@customer.example\nAction: failed\nStatus: 5.1.2\nDiagnostic-Code: smtp; The recipient domain could not be resolved',
  `${returned}\n\nbody`,
  'message/rfc822',
);

export const exchangeBounce = report(
  {
    From: 'Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@customer.example>',
    Subject: 'Undeliverable: A question about Q1',
    'Auto-Submitted': 'auto-replied',
  },
  'Delivery has failed to these recipients or groups',
  'Reporting-MTA: dns;EX1.customer.example\n\nFinal-recipient: RFC822;dana@customer.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-code: smtp;550 5.7.1 RESOLVER.RST.AuthRequired; authentication required',
  returned,
);

export const delayNotice = report(
  { From: 'MAILER-DAEMON@mx.sender.example', Subject: 'Delayed Mail (still being retried)' },
  'Your message could not be delivered for 4 hours.',
  'Reporting-MTA: dns; mx.sender.example\n\nFinal-Recipient: rfc822; dana@customer.example\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to mx.customer.example: Connection timed out\nWill-Retry-Until: Sat, 28 Nov 2026 09:00:00 +0000',
  returned,
);

export const twoRecipients = report(
  { From: 'MAILER-DAEMON@mx.sender.example', Subject: 'Undelivered Mail Returned to Sender' },
  'Two recipients.',
  'Reporting-MTA: dns; mx.sender.example\n\nFinal-Recipient: rfc822; a@customer.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full\n\nFinal-Recipient: rfc822; b@customer.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 No such user here',
  returned,
);

export const deliveredNotice = report(
  { From: 'postmaster@customer.example', Subject: 'Delivered: A question about Q1' },
  'Your message was delivered.',
  'Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; dana@customer.example\nAction: delivered\nStatus: 2.1.5',
  returned,
);

export const eximBounce = mailText(
  {
    From: 'Mail Delivery System <Mailer-Daemon@mx.sender.example>',
    Subject: 'Mail delivery failed: returning message to sender',
    'X-Failed-Recipients': 'dana@customer.example',
    'Return-Path': '<>',
  },
  'This message was created automatically by mail delivery software.\n\n  dana@customer.example\n    host mx.customer.example [192.0.2.7]\n    SMTP error from remote mail server after RCPT TO:<dana@customer.example>:\n    550 5.1.1 no such user',
);

export const qmailBounce = mailText(
  { From: 'MAILER-DAEMON@mx.sender.example', Subject: 'failure notice', 'Return-Path': '<>' },
  'Hi. This is the qmail-send program.\n\n<dana@customer.example>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 sorry, no mailbox here by that name',
);

export const complaint = mailText(
  {
    From: 'fbl@provider.example',
    Subject: 'complaint',
    'Content-Type': 'multipart/report; report-type=feedback-report; boundary="cut"',
  },
  '--cut\nContent-Type: text/plain\n\nabuse\n--cut\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n--cut\nContent-Type: message/rfc822\n\nMessage-ID: <own-1@sender.example>\n\nx\n--cut--\n',
);

export const outOfOffice = mailText(
  {
    Subject: 'Automatic reply: A question about Q1',
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'In-Reply-To': '<wire-1@mail.gmail.com>',
  },
  'Hello,\n\nI am out of the office until December 7, 2026. For urgent matters call +1 555 0100.\n\nDana',
);

export const calendarAnswer = mailText(
  { Subject: 'Accepted: Intro call', 'Content-Type': 'multipart/alternative; boundary="cut"' },
  '--cut\nContent-Type: text/plain\n\nDana has accepted.\n--cut\nContent-Type: text/calendar; charset=utf-8; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n--cut--\n',
);

export const gmailReply = mailText(
  {
    'In-Reply-To': '<wire-1@mail.gmail.com>',
    References: '<wire-0@mail.gmail.com> <wire-1@mail.gmail.com>',
    'Message-ID': '<their-1@customer.example>',
  },
  'Sounds good, Tuesday works.\n\nDana\n\nOn Mon, Nov 23, 2026 at 10:00 AM Robin Vale <robin@sender.example>\nwrote:\n\n> Hi Dana,\n>\n> Rather not hear from me? Unsubscribe\n',
);

export const iphoneReply = mailText(
  {},
  'Yes please\n\nSent from my iPhone\n\n> On Nov 23, 2026, at 10:00, Robin Vale <robin@sender.example> wrote:\n> \n> Hi Dana,\n',
);

export const outlookReply = mailText(
  { 'X-Auto-Response-Suppress': 'OOF' },
  'Not for us, sorry.\n\nKind regards\nDana\n\n________________________________\nFrom: Robin Vale <robin@sender.example>\nSent: Monday, November 23, 2026 10:00\nTo: Dana Vale\nSubject: A question about Q1\n\nHi Dana,\n',
);

export const germanReply = mailText(
  {},
  'Gern, passt.\n\nVon meinem iPhone gesendet\n\n> Am 23.11.2026 um 10:00 schrieb Robin Vale <robin@sender.example>:\n> Hallo\n',
);

export const htmlReply = mailText(
  { 'Content-Type': 'text/html; charset=utf-8' },
  '<div dir="ltr">Let us <b>talk</b>.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Robin wrote:<br></div><blockquote>Hi</blockquote></div>',
);

export const everyFixture = {
  postfixBounce,
  gmailBounce,
  exchangeBounce,
  delayNotice,
  twoRecipients,
  deliveredNotice,
  eximBounce,
  qmailBounce,
  complaint,
  outOfOffice,
  calendarAnswer,
  gmailReply,
  iphoneReply,
  outlookReply,
  germanReply,
  htmlReply,
};
