/** Every error code the API answers with: its title, and how to mend it. Each has a page at `/problems/{code}`. */
export const problems = {
  malformed_json: {
    title: 'The body is no valid JSON',
    fix: 'Send one JSON object, encoded as UTF-8. A JSON linter shows the position of the mistake.',
  },
  unsupported_media_type: {
    title: 'The body has the wrong content type',
    fix: 'Send the body as JSON with the header Content-Type: application/json.',
  },
  body_too_large: {
    title: 'The body is too large',
    fix: 'A body can have 1 MB at most. Split a bulk request into several smaller ones.',
  },
  invalid_request: {
    title: 'A part of the address is wrong',
    fix: 'Look at errors[]: each entry names a path or query field and says what is expected. Unknown query fields are refused, so check the spelling.',
  },
  invalid_input: {
    title: 'The body does not fit',
    fix: 'Look at errors[]: each entry points to a field of the body and says what is expected there.',
  },
  invalid_cursor: {
    title: 'The cursor is not one of ours',
    fix: 'Pass nextCursor of the page before unchanged, or leave the cursor out to begin at the first page.',
  },
  idempotency_key_missing: {
    title: 'The request has no Idempotency-Key',
    fix: 'Send the header Idempotency-Key with every POST, PATCH and DELETE: a new random text (a UUID is fine) per act, and the same one when you repeat the act after a failure.',
  },
  idempotency_key_invalid: {
    title: 'The Idempotency-Key is not usable',
    fix: 'A key has 1 to 255 visible ASCII characters.',
  },
  idempotency_key_reused: {
    title: 'The Idempotency-Key belongs to another request',
    fix: 'Use a new key for a new request. A repeat must have the same method, address and body as the first request.',
  },
  idempotency_key_running: {
    title: 'The first request is still running',
    fix: 'Repeat the request with the same key in a moment: you get the answer of the first one.',
  },
  unsupported_version: {
    title: 'There is no such version of the API',
    fix: 'Leave out the header SalesOS-Version, or send a version that the documentation lists.',
  },
  unauthenticated: {
    title: 'The request does not say who you are',
    fix: 'Send a valid API key in the header Authorization: Bearer <key>. An admin creates keys in the settings; a revoked key cannot be used again.',
  },
  signature_refused: {
    title: 'The signature of the CRM does not fit',
    fix: 'Check that the public address and the app secret in our configuration are those of the app in the CRM, and that the clock of the server is right.',
  },
  missing_scope: {
    title: 'The API key may not do this',
    fix: 'The sentence names the scope that is missing. Create a key that has it.',
  },
  forbidden: { title: 'You may not do this', fix: 'Ask an admin of your account to do it, or to give you the right.' },
  no_permission: {
    title: 'You may not open this record in the CRM',
    fix: 'Ask an admin of the CRM for access to the record. If you have it, reload the page: what you may open is asked when the page opens.',
  },
  crm_not_connected: {
    title: 'SalesOS is not connected to this CRM account',
    fix: 'An admin of the CRM installs SalesOS, or connects it again, from the settings page of the app.',
  },
  install_needed: {
    title: 'SalesOS is not installed for this user',
    fix: 'In Pipedrive every colleague installs SalesOS for themselves: open /connect/pipedrive at the address of SalesOS, allow it, and come back.',
  },
  not_found: {
    title: 'There is nothing at this address',
    fix: 'Check the id and the account the key belongs to. What belongs to another account looks the same as what does not exist.',
  },
  method_not_allowed: {
    title: 'This address does not take that method',
    fix: 'The header Allow lists the methods it takes.',
  },
  conflict: {
    title: 'The present state does not allow this',
    fix: 'Read the object again: it has changed, or the act was done already.',
  },
  too_many_requests: {
    title: 'Too many requests',
    fix: 'Wait for the number of seconds in Retry-After. The RateLimit headers show how many requests are left.',
  },
  vendor_unavailable: {
    title: 'A connected service does not answer',
    fix: 'Nothing was changed. Try again in a few minutes; if it stays so, look at the status page of that service.',
  },
  crm_account_taken: {
    title: 'This CRM account belongs to another SalesOS account',
    fix: 'Connect another account of the CRM, or have SalesOS removed from the account it is connected to now.',
  },
  crm_admin_needed: {
    title: 'An admin of the CRM connected it already',
    fix: 'Let an admin of the CRM connect it, or open the link from the settings of SalesOS. Somebody who sees fewer records would make the others look deleted.',
  },
  crm_other_account: {
    title: 'Another account of this CRM is connected',
    fix: 'One SalesOS account works with one account of each CRM. Install SalesOS in the second account by itself: it gets an account of its own.',
  },
  last_admin: {
    title: 'This is the only admin',
    fix: 'Make somebody else an admin first.',
  },
  no_mail_copies: {
    title: 'No connected CRM takes copies of mails',
    fix: 'Sent mails can be logged by blind copy in Pipedrive only. Connect it first, or keep mailLogging at activities.',
  },
  unknown_crm: { title: 'There is no such CRM', fix: 'Use the id of a connected CRM, as in hubspot.' },
  unknown_vendor: { title: 'There is no such service to connect to', fix: 'Begin again from the SalesOS settings.' },
  not_a_person: {
    title: 'The record is no person',
    fix: 'Use the record of a contact: SalesOS writes to people, not to companies or deals.',
  },
  not_a_group: {
    title: 'The record is no company, account or deal',
    fix: 'Use the record of a company, account or deal of this CRM: its people are listed.',
  },
  already_answered: {
    title: 'This question was answered otherwise before',
    fix: 'Nothing was changed: the first answer stays.',
  },
  not_joinable: {
    title: 'These people cannot become one',
    fix: 'The sentence says why. Two records of one CRM are merged there.',
  },
  invalid_template: {
    title: 'The template cannot be used as it is',
    fix: 'Look at errors[]: each entry names the line and column, and what is wrong there.',
  },
  template_or_content: {
    title: 'A mail needs either a template or its own words',
    fix: 'Send templateId or content, and not both.',
  },
  connect_expired: { title: 'The connection took too long', fix: 'Begin again from the SalesOS settings.' },
  connect_refused: {
    title: 'The connection was refused',
    fix: 'Begin again, and leave every box on the consent page ticked.',
  },
  push_refused: {
    title: 'The push is not from Google',
    fix: 'Check the audience and the service account of the Pub/Sub subscription against our configuration.',
  },
  invalid_push: { title: 'The push is no notice of Gmail', fix: 'Point only the Gmail topic at this address.' },
  google_token_unavailable: {
    title: 'Google does not hand out access',
    fix: 'Nothing was changed. It is tried again shortly; if it stays so, look at the status page of Google.',
  },
  gmail_unavailable: {
    title: 'Gmail does not answer',
    fix: 'Nothing was changed. It is tried again shortly; if it stays so, look at the status page of Google.',
  },
  no_address: { title: 'The record has no email address', fix: 'Add an email address to the record in the CRM.' },
  invalid_address: {
    title: 'The email address cannot receive mail',
    fix: 'Correct the email address of the record in the CRM.',
  },
  suppressed: {
    title: 'The address or its domain is on the do-not-contact list',
    fix: 'Nothing, if this is right. Otherwise an admin takes the address or domain off the list.',
  },
  opted_out: { title: 'This person has unsubscribed', fix: 'Nothing: they must ask for mail again themselves.' },
  deleted: { title: 'The record was deleted in the CRM', fix: 'Restore the record in the CRM, or choose another one.' },
  record_not_found: { title: 'The CRM has no such record', fix: 'Check that the record still exists in the CRM.' },
  sequence_not_found: { title: 'There is no published sequence with this id', fix: 'Choose a published sequence.' },
  no_mailbox: {
    title: 'No mailbox can send',
    fix: 'Connect a mailbox in the settings, or name one of those connected.',
  },
  mailbox_not_found: {
    title: 'There is no such mailbox',
    fix: 'Use the id of a mailbox that GET /v1/mailboxes lists.',
  },
  mailbox_disconnected: {
    title: 'The mailbox must be connected again',
    fix: 'Connect the mailbox again in the SalesOS settings.',
  },
  crm_not_offered: {
    title: 'This CRM is not set up here',
    fix: 'Choose another CRM, or ask whoever runs SalesOS to set up its keys.',
  },
  vendor_not_offered: {
    title: 'This kind of mailbox is not set up here',
    fix: 'Choose another kind of mailbox, or ask whoever runs SalesOS to set up its keys.',
  },
  outlook_unavailable: {
    title: 'Outlook gives no answer',
    fix: 'Nothing was lost. Try again in a few minutes.',
  },
  microsoft_token_unavailable: {
    title: 'Microsoft’s sign-in gives no answer',
    fix: 'Nothing was lost. Try again in a few minutes.',
  },
  imap_unavailable: {
    title: 'The mail server gives no answer',
    fix: 'Check that the server is up and its address is right. SalesOS asks again by itself.',
  },
  mailbox_paused: {
    title: 'The mailbox is paused',
    fix: 'Read why it is paused; once that is settled, resume the mailbox in the settings.',
  },
  no_postal_address: {
    title: 'The postal address is missing',
    fix: 'An admin enters the postal address of your company in the settings.',
  },
  missing_values: {
    title: 'The record lacks values that the mail needs',
    fix: 'Fill in these values on the record in the CRM, or give the template a fallback for them.',
  },
  try_again: {
    title: 'The CRM did not answer just now',
    fix: 'Nothing was changed. Try again in a few minutes.',
  },
  internal_error: {
    title: 'Something went wrong on our side',
    fix: 'Try again with the same Idempotency-Key. If it happens again, send us the request id.',
  },
} as const;

export type ProblemCode = keyof typeof problems;
