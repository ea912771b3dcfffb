/** Every endpoint of the API under /v1. The server, the OpenAPI document and the client are made from this table. */
import type { z } from 'zod';
import { accountEndpoints } from './api/account.ts';
import { contactEndpoints } from './api/contacts.ts';
import { emailEndpoints } from './api/emails.ts';
import type { Endpoint } from './api/endpoint.ts';
import { enrollmentEndpoints } from './api/enrollments.ts';
import { eventEndpoints } from './api/events.ts';
import { peopleEndpoints } from './api/people.ts';
import { sequenceEndpoints } from './api/sequences.ts';
import { templateEndpoints } from './api/templates.ts';

export const endpoints = {
  ...templateEndpoints,
  ...emailEndpoints,
  ...sequenceEndpoints,
  ...enrollmentEndpoints,
  ...contactEndpoints,
  ...peopleEndpoints,
  ...eventEndpoints,
  ...accountEndpoints,
} as const;

/** Dates of the API's shapes, newest first. A key keeps the one it was first used with. */
export const apiVersions = ['2026-11-21'] as const;

export type EndpointName = keyof typeof endpoints;
type Part<E, Name extends string> = E extends { [K in Name]: z.ZodType } ? E[Name] : never;
/** What the caller hands in, defaults left out. */
export type EndpointInput<E, Name extends 'params' | 'query' | 'body'> = z.input<Part<E, Name>>;
/** What the handler gets, checked and with defaults. */
export type EndpointParsed<E, Name extends 'params' | 'query' | 'body'> = z.output<Part<E, Name>>;
export type EndpointAnswer<E extends Endpoint> = z.output<E['response']>;
