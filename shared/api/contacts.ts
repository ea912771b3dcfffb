import { z } from 'zod';
import { cardScore } from '../cards.ts';
import { endpoint, id, instant, page, pageQuery } from './endpoint.ts';

export const contactView = z
  .object({
    id,
    name: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    jobTitle: z.string().nullable(),
    companyName: z.string().nullable(),
    /** The first one is written to. */
    addresses: z.array(z.string()),
    timeZone: z.string().nullable(),
    timeZoneSource: z.enum(['record', 'country', 'account']),
    country: z.string().nullable(),
    ownerMemberId: id.nullable(),
    status: z.enum(['active', 'merged', 'deleted', 'erased']),
    records: z.array(z.object({ crm: z.string(), objectType: z.string(), recordId: z.string() })),
  })
  .meta({ id: 'Contact' });

const recordPart = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[\w.-]+$/);

export const contactEndpoints = {
  listContacts: endpoint({
    method: 'GET',
    path: '/v1/contacts',
    scopes: ['contacts:read'],
    summary: 'List the contacts SalesOS knows, newest first; or find those with an address.',
    query: pageQuery.extend({ address: z.string().min(3).max(320).optional() }),
    status: 200,
    response: page(contactView),
    errors: ['invalid_cursor'],
  }),
  getContact: endpoint({
    method: 'GET',
    path: '/v1/contacts/{contactId}',
    scopes: ['contacts:read'],
    summary: 'Read a contact.',
    params: z.object({ contactId: id }),
    status: 200,
    response: contactView,
    errors: ['not_found'],
  }),
  getContactByRecord: endpoint({
    method: 'GET',
    path: '/v1/contacts/by-record/{crm}/{objectType}/{recordId}',
    scopes: ['contacts:read'],
    summary: 'The contact of a CRM record. A record we do not know yet, or know from long ago, is read from the CRM.',
    params: z.object({ crm: recordPart, objectType: recordPart, recordId: recordPart }),
    status: 200,
    response: contactView,
    errors: ['not_found', 'crm_not_connected', 'vendor_unavailable'],
  }),
  getContactScore: endpoint({
    method: 'GET',
    path: '/v1/contacts/{contactId}/score',
    scopes: ['contacts:read'],
    summary: 'The score as the sum of its lines, now or at any past date.',
    params: z.object({ contactId: id }),
    query: z.strictObject({ at: instant.optional() }),
    status: 200,
    response: cardScore.meta({ id: 'Score' }),
    errors: ['not_found', 'invalid_request'],
  }),
} as const;
