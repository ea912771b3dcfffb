/** A fake org that is served, and asked as an app asks it. */
import { handClock } from '../../../src/core/clock.ts';
import { serveFake } from '../serve.ts';
import { createFakeSalesforce, type FakeSalesforceOptions, sandboxOrgId } from './index.ts';

export const redirectUri = 'https://api.example.com/connect/salesforce/callback';
export const start = new Date('2026-03-02T09:00:00.000Z');
const api = '/services/data/v68.0';

export type ServedOrg = Awaited<ReturnType<typeof startOrg>>;

export async function startOrg(more: Partial<FakeSalesforceOptions> = {}) {
  const clock = handClock(start);
  const person = (firstName: string, lastName: string, isActive: boolean) => ({
    username: `${firstName.toLowerCase()}@acme.test`,
    email: `${firstName.toLowerCase()}@seller.test`,
    firstName,
    lastName,
    isAdmin: isActive,
    isActive,
  });
  const fake = createFakeSalesforce({
    clock,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    redirectUris: [redirectUri],
    org: { id: sandboxOrgId, name: 'Acme', users: [person('Robin', 'de Vries', true), person('Gone', 'Away', false)] },
    ...more,
  });
  const server = await serveFake(fake.app);
  const served = {
    fake,
    clock,
    url: server.url,
    close: server.close,
    token: fake.org.connect(server.url).access_token,
    async call(method: string, path: string, body?: unknown) {
      const response = await fake.app.request(path.startsWith('/services') ? path : api + path, {
        method,
        headers: { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : null, headers: response.headers };
    },
    query: (text: string, resource = 'query') => served.call('GET', `/${resource}?q=${encodeURIComponent(text)}`),
    collection: (method: string, records: object[], allOrNone = false) =>
      served.call(method, '/composite/sobjects', { allOrNone, records }),
    addContact: (values: Record<string, string> = {}): string =>
      fake.org.create('Contact', { LastName: 'Ng', ...values }),
  };
  return served;
}

export const codeOf = ({ body }: { body: { errorCode?: string }[] }) => body[0]?.errorCode;
/** The outcome of each row of a collection. */
export const rowCodes = ({ body }: { body: { success: boolean; errors: { statusCode: string }[] }[] }) =>
  body.map((row) => (row.success ? 'ok' : row.errors[0]?.statusCode));
