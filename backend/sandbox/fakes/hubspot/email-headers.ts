import { invalid } from './refusal.ts';
import type { World } from './world.ts';

interface Person {
  email?: string;
  firstName?: string;
  lastName?: string;
}
const known = ['from', 'to', 'cc', 'bcc', 'sender'];

/** `hs_email_headers` is a JSON string; it fills the read-only sender and recipient properties of an email. */
export function fillFromHeaders(world: World, properties: Record<string, string>): Record<string, string> {
  if (!properties.hs_email_headers) return properties;
  let headers: Record<string, unknown>;
  try {
    headers = JSON.parse(properties.hs_email_headers) as Record<string, unknown>;
  } catch {
    throw invalid('hs_email_headers is not valid JSON', [{ message: 'not JSON', code: 'INVALID_JSON' }]);
  }
  const from = (headers.from ?? {}) as Person;
  const to = (headers.to ?? []) as Person[];
  const kept =
    world.options.keepsUnknownEmailHeaders === false
      ? Object.fromEntries(Object.entries(headers).filter(([name]) => known.includes(name)))
      : headers;
  return {
    ...properties,
    hs_email_headers: JSON.stringify(kept),
    hs_email_from_email: from.email ?? '',
    hs_email_from_firstname: from.firstName ?? '',
    hs_email_from_lastname: from.lastName ?? '',
    hs_email_to_email: to.map((person) => person.email ?? '').join(';'),
    hs_email_to_firstname: to.map((person) => person.firstName ?? '').join(';'),
    hs_email_to_lastname: to.map((person) => person.lastName ?? '').join(';'),
  };
}
