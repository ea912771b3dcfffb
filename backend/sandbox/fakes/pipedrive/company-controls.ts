/** What people in Pipedrive do and see, for tests and for the sandbox page. */
import { createHmac } from 'node:crypto';
import { primaryPerson } from './activity-routes.ts';
import { runAutomation } from './automation.ts';
import { addField, standardFields } from './field-routes.ts';
import { clientBasic, grantApp, issue, issueCode, uninstall } from './oauth.ts';
import { type Author, type Change, create, find, list, mergePeople, remove, update } from './records.ts';
import { copiesOf } from './smart-bcc.ts';
import { type Company, companyOf, type Plan, type RecordType, type Rule, type User, type World } from './world.ts';

export interface CompanySeed {
  id: number;
  name: string;
  domain: string;
  plan?: Plan;
  seats?: number;
  hasContactSync?: boolean;
  users: Pick<User, 'id' | 'name' | 'email' | 'isAdmin'>[];
}

export function addCompany(world: World, seed: CompanySeed) {
  const company: Company = {
    ...seed,
    plan: seed.plan ?? 'growth',
    seats: seed.seats ?? seed.users.length,
    hasContactSync: seed.hasContactSync ?? false,
    isClosed: false,
    hasSmartBcc: true,
    users: seed.users.map((user) => ({ ...user, isActive: true, mayAddFields: false, hidden: [] })),
    records: new Map(),
    activities: new Map(),
    notes: new Map(),
    fields: {
      person: standardFields('person'),
      organization: standardFields('organization'),
      deal: standardFields('deal'),
    },
    hooks: new Map(),
    events: [],
    rules: [],
    tokensUsed: 0,
    day: '',
  };
  world.companies.set(company.id, company);
  return companyControls(world, company);
}

const tokenSeconds = 300;

export type CompanyControls = ReturnType<typeof companyControls>;

export function companyControls(world: World, company: Company) {
  const first = company.users[0]!;
  const by: Author = { userId: first.id, source: 'app' };
  const userOf = (id: number): User => company.users.find((user) => user.id === id) ?? first;
  const fieldNamed = (name: string, type: RecordType = 'person') =>
    [...company.fields[type].values()].find((field) => field.name === name);
  return {
    company,
    users: company.users,
    /** Installs the app for a user without the consent page; answers as the token endpoint does. */
    install: (userId = first.id) => issue(world, grantApp(world, company.id, userId)),
    /** A code as the consent page gives it. */
    code: (userId = first.id) => issueCode(world, company.id, userId, world.options.callbackUrl),
    /** A user removes the app: tokens and hooks vanish, and we are told at the callback address. */
    async uninstall(userId = first.id, tellsUs = true): Promise<number | null> {
      uninstall(world, company.id, userId);
      if (!tellsUs) return null;
      const { callbackUrl, clientId, clock, reach } = world.options;
      const body = {
        client_id: clientId,
        company_id: company.id,
        user_id: userId,
        timestamp: clock.now().toISOString(),
      };
      const answer = await fetch(reach?.(callbackUrl) ?? callbackUrl, {
        method: 'DELETE',
        headers: { 'content-type': 'application/json', authorization: clientBasic(world.options) },
        body: JSON.stringify(body),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
    /** Permissions of a colleague. */
    hide: (userId: number, type: RecordType, id: number) => {
      userOf(userId).hidden.push(`${type}:${id}`);
    },
    allowFields: (userId: number) => {
      userOf(userId).mayAddFields = true;
    },
    deactivate: (userId: number) => {
      userOf(userId).isActive = false;
    },
    close: () => {
      company.isClosed = true;
    },
    spendTokens: (count: number) => {
      company.day = world.options.clock.now().toISOString().slice(0, 10);
      company.tokensUsed += count;
    },
    create: (type: RecordType, change: Change) => create(world, company, type, change, by).id,
    change: (type: RecordType, id: number, change: Change) =>
      update(world, company, find(company, type, id), change, by),
    remove: (type: RecordType, id: number) => remove(world, company, find(company, type, id), by),
    mergePeople: (keptId: number, otherId: number) => {
      mergePeople(world, company, find(company, 'person', keptId), find(company, 'person', otherId), by);
      return keptId;
    },
    record: (type: RecordType, id: number) => find(company, type, id),
    records: (type: RecordType) =>
      [...company.records.values()].filter((record) => record.type === type && !record.isDeleted),
    /** The person's custom fields as the page shows them, by name; enums by their label. */
    fieldValues(id: number): Record<string, string> {
      const { customFields } = find(company, 'person', id);
      const shown = [...company.fields.person.values()].filter(({ isCustom }) => isCustom);
      return Object.fromEntries(
        shown.map(({ code, name, options }) => {
          const value = customFields[code] ?? '';
          return [name, options?.find((option) => option.id === value)?.label ?? String(value)];
        }),
      );
    },
    fieldOptions: (name: string): string[] => fieldNamed(name)?.options?.map(({ label }) => label) ?? [],
    addField: (name: string, fieldType: string, options?: string[], type: RecordType = 'person') =>
      addField(world, company, type, {
        field_name: name,
        field_type: fieldType,
        ...(options ? { options: options.map((label) => ({ label })) } : {}),
      }).code,
    removeField: (name: string, type: RecordType = 'person') => {
      const field = fieldNamed(name, type);
      if (field) company.fields[type].delete(field.code);
    },
    /** What a rep or an automation does on the page: chooses an option of an enum field by its label. */
    choose(personId: number, fieldName: string, label: string | null): void {
      const field = fieldNamed(fieldName);
      const option = field?.options?.find((one) => one.label === label);
      if (!field || (label !== null && !option)) throw new Error(`no option ${label} in the field ${fieldName}`);
      const customFields = { [field.code]: option?.id ?? null };
      update(world, company, find(company, 'person', personId), { customFields }, by);
    },
    /** What the person's page lists, oldest first. */
    timeline: (personId: number) =>
      [...company.activities.values()]
        .filter(
          (activity) =>
            !activity.isDeleted && list(activity.values.participants).some((one) => one.person_id === personId),
        )
        .sort((a, b) => dueOf(a.values).localeCompare(dueOf(b.values)) || a.id - b.id),
    /** Mails that came to the person's Smart BCC address, which the page lists between the activities; oldest first. */
    mails: (personId: number) => copiesOf(world, company, personId),
    activitiesOf: (organizationId: number) =>
      [...company.activities.values()].filter(
        (activity) => !activity.isDeleted && activity.values.org_id === organizationId && primaryPerson(activity),
      ),
    activities: () => [...company.activities.values()].filter(({ isDeleted }) => !isDeleted),
    addRule: (rule: Rule) => {
      company.rules.push(rule);
    },
    /** The token with which Pipedrive opens a panel: HS256, five minutes. */
    signedToken(userId = first.id, more: Record<string, unknown> = {}): string {
      const now = Math.floor(world.options.clock.now().getTime() / 1000);
      const claims = { userId, companyId: company.id, iat: now, exp: now + tokenSeconds, ...more };
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
      const mac = createHmac('sha256', world.options.clientSecret).update(signed).digest('base64url');
      return `${signed}.${mac}`;
    },
    runAutomation: (run: Parameters<typeof runAutomation>[1]) => runAutomation(world, run),
    hooks: () => [...company.hooks.values()],
    /** Bodies of the notices that wait; they are not delivered any more. */
    takeEvents(): Record<string, unknown>[] {
      const taken = company.events.map(({ body }) => body);
      company.events = [];
      return taken;
    },
  };
}

const dueOf = (values: Record<string, unknown>): string => `${values.due_date ?? ''} ${values.due_time ?? ''}`;

export const controlsOf = (world: World, companyId: number) => companyControls(world, companyOf(world, companyId));
