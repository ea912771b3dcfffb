import { z } from 'zod';
import { type EventName, eventCatalogue } from '../events.ts';
import { endpoint, id, instant, page, pageQuery } from './endpoint.ts';

export const eventNames = Object.keys(eventCatalogue) as [EventName, ...EventName[]];

export const eventView = z
  .object({
    id,
    type: z.enum(eventNames),
    timestamp: instant,
    contactId: id.nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });

export const eventEndpoints = {
  listEvents: endpoint({
    method: 'GET',
    path: '/v1/events',
    scopes: ['events:read'],
    summary: 'The timeline: what happened, newest first, of everybody or of one contact.',
    query: pageQuery.extend({ contactId: id.optional(), type: z.enum(eventNames).optional() }),
    status: 200,
    response: page(eventView),
    errors: ['invalid_cursor'],
  }),
} as const;
