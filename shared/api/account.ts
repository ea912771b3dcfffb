/** The account itself: settings, mailboxes, keys, and what needs a person's hand. */
import { z } from 'zod';
import {
  mailboxChange,
  mailboxView,
  mailLoggings,
  samePersonPolicies,
  sendingChange,
  settingsView,
  trackingLevels,
} from '../cards.ts';
import { endpoint, id, instant, page, pageQuery, scopes } from './endpoint.ts';

const mailbox = mailboxView.meta({ id: 'Mailbox' });
const settings = settingsView.omit({ canEdit: true }).meta({ id: 'Settings' });
const mailboxParams = z.object({ mailboxId: id });

export const apiKeyView = z
  .object({
    id,
    name: z.string(),
    /** The first characters of the key, to tell keys apart. */
    prefix: z.string(),
    scopes: z.array(z.string()),
    apiVersion: z.string().nullable(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey' });

const deadLetterView = z
  .object({ id: z.string(), job: z.string(), failedAt: instant, reason: z.string() })
  .meta({ id: 'DeadLetter' });

export const memberView = z.object({
  id,
  name: z.string(),
  email: z.string(),
  role: z.enum(['rep', 'admin']),
  /** How each CRM knows them. */
  crms: z.array(z.object({ crm: z.string(), userId: z.string() })),
});

export const accountEndpoints = {
  getMe: endpoint({
    method: 'GET',
    path: '/v1/me',
    scopes: [],
    summary: 'Which account and which key this is.',
    status: 200,
    response: z
      .object({
        account: z.object({ id, name: z.string() }),
        key: z.object({ id, name: z.string(), scopes: z.array(z.string()) }),
      })
      .meta({ id: 'Me' }),
    errors: [],
  }),
  getSettings: endpoint({
    method: 'GET',
    path: '/v1/settings',
    scopes: ['settings:read'],
    summary: 'Read the settings, with what is left to do before the first mail.',
    status: 200,
    response: settings,
    errors: [],
  }),
  updateSettings: endpoint({
    method: 'PATCH',
    path: '/v1/settings',
    scopes: ['settings:write'],
    summary:
      'Change the settings: the postal address, tracking, one person in two CRMs, mails logged in Pipedrive or copied to it, limits over all mailboxes, and the host that links use.',
    body: z.strictObject({
      postalAddress: z.string().trim().min(1).max(500).optional(),
      trackingLevel: z.enum(trackingLevels).optional(),
      timeZone: z.string().max(60).optional(),
      samePersonPolicy: z.enum(samePersonPolicies).optional(),
      mailLogging: z.enum(mailLoggings).optional(),
      ...sendingChange.shape,
    }),
    status: 200,
    response: settings,
    errors: ['invalid_input'],
  }),
  answerSamePerson: endpoint({
    method: 'POST',
    path: '/v1/settings/same-person/{questionId}',
    scopes: ['settings:write'],
    summary:
      'Say whether the people of a question in the settings are one person. One person has all records and mails of both.',
    params: z.object({ questionId: id }),
    body: z.strictObject({ isSame: z.boolean() }),
    status: 200,
    response: settings,
    errors: ['not_found', 'already_answered', 'not_joinable'],
  }),
  listMailboxes: endpoint({
    method: 'GET',
    path: '/v1/mailboxes',
    scopes: ['mailboxes:read'],
    summary: 'List the mailboxes.',
    query: pageQuery,
    status: 200,
    response: page(mailbox),
    errors: ['invalid_cursor'],
  }),
  getMailbox: endpoint({
    method: 'GET',
    path: '/v1/mailboxes/{mailboxId}',
    scopes: ['mailboxes:read'],
    summary: 'Read a mailbox.',
    params: mailboxParams,
    status: 200,
    response: mailbox,
    errors: ['not_found'],
  }),
  updateMailbox: endpoint({
    method: 'PATCH',
    path: '/v1/mailboxes/{mailboxId}',
    scopes: ['mailboxes:write'],
    summary: 'Change a mailbox: its name and signature, where replies go, how much it sends and when.',
    params: mailboxParams,
    body: z.strictObject(mailboxChange.shape),
    status: 200,
    response: mailbox,
    errors: ['not_found', 'invalid_input'],
  }),
  pauseMailbox: endpoint({
    method: 'POST',
    path: '/v1/mailboxes/{mailboxId}/pause',
    scopes: ['mailboxes:write'],
    summary:
      'Pause a mailbox: its mails wait until it is resumed, and replies are still read. One that is paused already keeps its reason.',
    params: mailboxParams,
    status: 200,
    response: mailbox,
    errors: ['not_found', 'mailbox_disconnected'],
  }),
  resumeMailbox: endpoint({
    method: 'POST',
    path: '/v1/mailboxes/{mailboxId}/resume',
    scopes: ['mailboxes:write'],
    summary: 'Let a paused mailbox send again, after what its sentence names was mended.',
    params: mailboxParams,
    status: 200,
    response: mailbox,
    errors: ['not_found', 'mailbox_disconnected'],
  }),
  checkDomains: endpoint({
    method: 'POST',
    path: '/v1/settings/check-domains',
    scopes: ['settings:write'],
    summary: 'Look at the DNS of the sending domains and of the tracking domain within a minute, not tomorrow.',
    status: 202,
    response: settings,
    errors: [],
  }),
  disconnectMailbox: endpoint({
    method: 'POST',
    path: '/v1/mailboxes/{mailboxId}/disconnect',
    scopes: ['mailboxes:write'],
    summary: 'Disconnect a mailbox: its tokens are forgotten, and nothing more leaves from it.',
    params: mailboxParams,
    status: 200,
    response: mailbox,
    errors: ['not_found'],
  }),
  createApiKey: endpoint({
    method: 'POST',
    path: '/v1/api-keys',
    scopes: ['api_keys:write'],
    summary:
      'Create an API key. It is shown in this answer and never again. Its scopes cannot exceed those of the key you use.',
    body: z.strictObject({ name: z.string().trim().min(1).max(100), scopes: z.array(z.enum(scopes)).min(1) }),
    status: 201,
    response: z.object({ apiKey: apiKeyView, key: z.string().nullable() }).meta({ id: 'NewApiKey' }),
    errors: ['invalid_input', 'missing_scope'],
    shownOnce: ['key'],
  }),
  listMembers: endpoint({
    method: 'GET',
    path: '/v1/members',
    scopes: ['settings:read'],
    summary: 'List the colleagues whom the connected CRMs know.',
    query: pageQuery,
    status: 200,
    response: page(memberView),
    errors: ['invalid_cursor'],
  }),
  updateMember: endpoint({
    method: 'PATCH',
    path: '/v1/members/{memberId}',
    scopes: ['settings:write'],
    summary: 'Make a colleague an admin, who may change settings, or a rep. The last admin stays one.',
    params: z.object({ memberId: id }),
    body: z.object({ role: z.enum(['rep', 'admin']) }),
    status: 200,
    response: memberView,
    errors: ['not_found', 'last_admin'],
  }),
  listApiKeys: endpoint({
    method: 'GET',
    path: '/v1/api-keys',
    scopes: ['api_keys:read'],
    summary: 'List the API keys, revoked ones included.',
    query: pageQuery,
    status: 200,
    response: page(apiKeyView),
    errors: ['invalid_cursor'],
  }),
  revokeApiKey: endpoint({
    method: 'DELETE',
    path: '/v1/api-keys/{keyId}',
    scopes: ['api_keys:write'],
    summary: 'Revoke an API key at once and for good.',
    params: z.object({ keyId: id }),
    status: 200,
    response: apiKeyView,
    errors: ['not_found'],
  }),
  listDeadLetters: endpoint({
    method: 'GET',
    path: '/v1/dead-letters',
    scopes: ['dead_letters:read'],
    summary: 'Jobs that failed for good, the newest 200, each with its reason.',
    status: 200,
    response: z.object({ data: z.array(deadLetterView) }),
    errors: [],
  }),
  redriveDeadLetters: endpoint({
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    scopes: ['dead_letters:write'],
    summary: 'Put failed jobs back into their queues.',
    body: z.strictObject({ ids: z.array(id).min(1).max(100) }),
    status: 200,
    response: z.object({ redrivenCount: z.number().int() }),
    errors: [],
  }),
} as const;
