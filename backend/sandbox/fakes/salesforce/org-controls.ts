/** What people in the org do and see, for tests and for the sandbox page. */
import { createGrant, issue } from './oauth.ts';
import { convert, create, find, merge, purge, remove, update } from './records.ts';
import { type FieldType, field, type ObjectType } from './schema.ts';
import { type Rule, type StoredRecord, usersOf, type Value, type World } from './world.ts';

/** One line of a record's activity timeline. */
export interface TimelineItem {
  id: string;
  kind: 'email' | 'task';
  at: string;
  direction: 'outgoing' | 'incoming';
  subject: string;
  text: string;
  html: string;
  from: string;
  to: string;
  ownerId: string | null;
  isDone: boolean;
}

export function orgControls(world: World) {
  const author = () => usersOf(world)[0]?.id ?? '';
  const records = (type: ObjectType) => [...world.records.values()].filter((record) => record.type === type);
  const anyRecord = (id: string): StoredRecord => {
    const record = world.records.get(id);
    if (!record || record.values.IsDeleted === true) throw new Error(`the org has no record ${id}`);
    return record;
  };
  /** The colleague a mail is from. */
  const senderOf = (mail: StoredRecord): string | null => {
    const sender = live('EmailMessageRelation').find(
      ({ values: v }) => v.EmailMessageId === mail.id && v.RelationType === 'FromAddress',
    );
    const id = String(sender?.values.RelationId ?? '');
    return world.records.get(id)?.type === 'User' ? id : null;
  };
  const live = (type: ObjectType) => records(type).filter(({ values }) => values.IsDeleted !== true);

  return {
    id: world.orgId,
    name: world.options.org.name,
    users: () => usersOf(world),
    settings: world.settings,
    /** The connection without the consent page; answers as the token endpoint does. */
    connect: (instanceUrl: string, userId = author(), appName = 'SalesOS') =>
      issue(world, createGrant(world, userId, ['api', 'refresh_token', 'id'], appName), instanceUrl),
    /** An admin revokes the app: every token dies. */
    revokeAll: () => {
      for (const grant of world.grants) grant.revoked = true;
    },
    expireSessions: () => {
      for (const held of world.accessTokens.values()) held.expiresAt = 0;
    },
    /** The key that was pushed, or null. */
    credential: () => world.credentials.get('Token') ?? null,
    /** Ends the installation that runs, well or with this reason. */
    finishInstall: (failure?: string) => {
      const running = world.installs.find(({ Status }) => Status === 'IN_PROGRESS');
      if (!running) throw new Error('nothing is being installed');
      running.Status = failure ? 'ERROR' : 'SUCCESS';
      running.Errors = failure ? { errors: [{ message: failure }] } : null;
      if (!failure) world.settings.isPackageInstalled = true;
    },
    create: (type: ObjectType, values: Record<string, Value>) => create(world, type, values, author()).id,
    update: (id: string, values: Record<string, Value>) => update(world, anyRecord(id), values, author()),
    delete: (id: string) => remove(world, anyRecord(id), author()),
    purge: (id: string) => purge(world, anyRecord(id)),
    merge: (masterId: string, otherId: string) => {
      merge(world, anyRecord(masterId), anyRecord(otherId), author());
      return masterId;
    },
    convert: (leadId: string) => convert(world, find(world, 'Lead', leadId), author()).id,
    addRule: (rule: Rule) => {
      world.rules.push(rule);
    },
    addField: (type: ObjectType, name: string, kind: FieldType) => {
      world.settings.customFields.push({ type, field: field(name, kind) });
    },
    /** The next writes of a record meet somebody else's lock. */
    lock: (id: string, attempts: number) => world.locks.set(id, attempts),
    limitRequests: (seconds: number) => {
      world.limitedUntil = world.options.clock.now().getTime() + seconds * 1000;
    },
    /** Calls already used up today. */
    useRequests: (count: number) => {
      const now = world.options.clock.now().getTime();
      world.requestTimes.push(...Array.from({ length: count }, () => now));
    },
    /** Live contacts and leads, for a list of records. */
    people: () => [...live('Contact'), ...live('Lead')].map(({ id, type }) => ({ id, objectType: type })),
    values: (id: string): Record<string, Value> => ({ ...anyRecord(id).values }),
    exists: (id: string) => world.records.has(id) && world.records.get(id)?.values.IsDeleted !== true,
    count: (type: ObjectType) => live(type).length,
    /** What the record's timeline shows, oldest first. A mail is one line, though Salesforce keeps a task with it. */
    timeline: (id: string): TimelineItem[] => {
      const related = new Set(
        live('EmailMessageRelation')
          .filter(({ values }) => values.RelationId === id)
          .map(({ values }) => values.EmailMessageId),
      );
      const mails = live('EmailMessage').filter((mail) => related.has(mail.id));
      const ofMails = new Set(live('EmailMessage').map(({ values }) => values.ActivityId));
      const tasks = live('Task').filter((task) => task.values.WhoId === id && !ofMails.has(task.id));
      return [...mails.map((mail) => ({ ...mailItem(mail), ownerId: senderOf(mail) })), ...tasks.map(taskItem)].sort(
        (a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id),
      );
    },
    /** Everything on an account's timeline. */
    accountTimeline: (accountId: string) =>
      live('Task')
        .filter(({ values }) => values.AccountId === accountId)
        .map(({ id }) => id),
    /** Every mail in the org, also those no record shows. */
    mailCount: () => {
      const ofMails = new Set(live('EmailMessage').map(({ values }) => values.ActivityId));
      const alone = live('Task').filter(({ id, values }) => values.TaskSubtype === 'Email' && !ofMails.has(id));
      return live('EmailMessage').length + alone.length;
    },
  };
}

const text = (value: Value | undefined) => String(value ?? '');

function mailItem({ id, values: v }: StoredRecord): TimelineItem {
  return {
    id,
    kind: 'email',
    at: text(v.MessageDate),
    direction: v.Incoming === true ? 'incoming' : 'outgoing',
    subject: text(v.Subject),
    text: text(v.TextBody),
    html: text(v.HtmlBody),
    from: text(v.FromAddress),
    to: text(v.ToAddress),
    ownerId: null,
    isDone: true,
  };
}

function taskItem({ id, values: v }: StoredRecord): TimelineItem {
  return {
    id,
    kind: 'task',
    at: text(v.ActivityDate ?? v.CreatedDate),
    direction: 'outgoing',
    subject: text(v.Subject),
    text: text(v.Description),
    html: '',
    from: '',
    to: '',
    ownerId: text(v.OwnerId) || null,
    isDone: v.IsClosed === true,
  };
}
