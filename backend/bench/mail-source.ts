/** The mail that both pipelines send: a template of 5 KB with two links, and a short text part. */

const filler =
  '<p style="margin:0 0 16px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:22px;color:#222">We looked at how teams of your size plan a quarter, and the gap was never effort, it was the hand-over between the first answer and the second meeting.</p>\n';
const head =
  '<!DOCTYPE html><html><head><meta charset="utf-8"><title>A question</title><style>p{margin:0 0 16px} a{color:#0a58ca}</style></head><body>\n<p>Hi {{first_name}},</p>\n<p>{{company_name}} came up. <a class="cta" href="https://example.com/pricing?plan=team&amp;from=mail">See the short version</a></p>\n';
const foot =
  '<p><a href="https://example.com/case-study">The case study</a></p><p>{{sender_name}}</p><p>{{postal_address}}<br><a href="{{unsubscribe_url}}">Unsubscribe</a></p></body></html>';

export const source = {
  subject: 'A question about {{company_name}}',
  html: head + filler.repeat(Math.floor((4900 - head.length - foot.length) / filler.length)) + foot,
  text: 'Hi {{first_name}},\n\nSee the short version.\n\n{{sender_name}}\n{{postal_address}}\n{{unsubscribe_url}}',
};

export const values = {
  first_name: 'Dana',
  full_name: 'Dana Smith',
  company_name: 'Smith & Sons',
  sender_name: 'Robin Vale',
  postal_address: '1 Main Street, Springfield',
};
