import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { outgoing, repAddress } from '../../email/mailbox.harness.ts';
import { isSending, outlookForEachTest } from './outlook.harness.ts';

const outlook = outlookForEachTest();
const { find, listNew, send } = outlook;

interface Operation {
  parameters?: ({ $ref: string } | { name: string; in: string })[];
  requestBody?: { content: Record<string, { schema: { $ref: string } }> };
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: {
    parameters: Record<string, { name: string; in: string }>;
    schemas: Record<
      string,
      { properties?: Record<string, unknown>; allOf?: { properties?: Record<string, unknown> }[] }
    >;
  };
}

/** Microsoft's own description of the mail calls, where this machine has it. */
function readDescription(): Description | null {
  const file = '../../../../../shared/specs/msgraph/openapi-mail-calendar.json';
  try {
    return JSON.parse(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8')) as Description;
  } catch {
    return null;
  }
}

const description = readDescription();

test.skipIf(description === null)(
  "every request fits Microsoft's OpenAPI description (skipped where it is absent)",
  async () => {
    const { paths, components } = description!;
    const { mailbox } = outlook;
    await mailbox.watch(outlook.account);
    outlook.clock.advance(3600);
    await mailbox.watch(outlook.account);
    const start = await listNew(null);
    outlook.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(outgoing());
    const result = await send(outgoing());
    if (result.outcome === 'sent') await mailbox.readSent(outlook.account, result.providerMessageId);
    await find(outgoing({ id: 2 }));
    await listNew(start.cursor);
    outlook.fake.forgetDelta(repAddress);
    await listNew(start.cursor);

    const used = new Set<string>();
    const calls = outlook.fake.requests.filter(({ url }) => url.includes('/v1.0/'));
    for (const { method, url, body, contentType } of calls) {
      const { pathname, searchParams } = new URL(url);
      const path = decodeURIComponent(pathname)
        .replace('/v1.0', '')
        .replace(/\/delta$/, '/delta()');
      // A function's own path comes before one that takes its name for an id.
      const [template] = Object.keys(paths)
        .filter((one) => paths[one]?.[method.toLowerCase()] && fits(one, path))
        .toSorted((one, other) => one.split('{').length - other.split('{').length);
      expect(template, `${method} ${path}`).toBeDefined();
      const operation = paths[template ?? '']?.[method.toLowerCase()];
      used.add(`${method} ${template}`);
      const known = (operation?.parameters ?? []).map((one) =>
        '$ref' in one ? components.parameters[one.$ref.split('/').at(-1) ?? '']?.name : one.name,
      );
      // Links of Graph carry its own tokens, which no description names.
      for (const name of searchParams.keys())
        if (!/^\$(skip|delta)token$/.test(name)) expect(known, `${template} ${name}`).toContain(name);
      if (contentType.startsWith('application/json')) checkBody(operation, body);
    }
    expect(used.size).toBe(13);
  },
);

/** Only properties that the description has. */
function checkBody(operation: Operation | undefined, body: string): void {
  const ref = operation?.requestBody?.content['application/json']?.schema.$ref.split('/').at(-1) ?? '';
  const schema = description?.components.schemas[ref];
  const properties = Object.assign(
    {},
    schema?.properties,
    ...(schema?.allOf ?? []).map((part) => part.properties ?? {}),
  );
  for (const name of Object.keys(JSON.parse(body) as object)) expect(Object.keys(properties)).toContain(name);
}

function fits(template: string, path: string): boolean {
  const pattern = template.replace(/[.*+?^$|()[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}
