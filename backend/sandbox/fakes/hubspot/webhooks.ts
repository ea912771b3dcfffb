/** Notices to the app: collected on every change, delivered when told, and lost, doubled, reordered or late on demand. */
import { signatureHeaders } from './signing.ts';
import type { Author, CrmObject, Portal, World } from './world.ts';

export type ChangeKind = 'creation' | 'propertyChange' | 'merge' | 'deletion' | 'restore' | 'privacyDeletion';

export interface Notice {
  body: Record<string, unknown>;
  dueAt: number;
  attempt: number;
}

const objectNames = { contacts: 'contact', companies: 'company', emails: 'email' } as const;
const typeIds = { contacts: '0-1', companies: '0-2', emails: '0-49' } as const;
const subscriptionIds: Record<ChangeKind, number> = {
  creation: 1,
  propertyChange: 2,
  merge: 3,
  deletion: 4,
  restore: 5,
  privacyDeletion: 6,
};
const noticesPerRequest = 100;
const answerTimeoutMilliseconds = 5000;
/** HubSpot tries a notice up to ten more times, spread over 24 hours. */
const retryMinutes = [1, 5, 15, 30, 60, 120, 180, 240, 300, 480];

export function announce(
  world: World,
  portal: Portal,
  author: Author,
  object: CrmObject,
  kind: ChangeKind,
  property: { name: string; value: string } | null = null,
  more: Record<string, unknown> = {},
): void {
  if (object.type === 'emails') return;
  const occurredAt = world.options.clock.now().getTime();
  const body = {
    eventId: world.nextNumber(),
    subscriptionId: subscriptionIds[kind],
    portalId: portal.id,
    appId: world.options.appId,
    occurredAt,
    subscriptionType: `${objectNames[object.type]}.${kind}`,
    attemptNumber: 0,
    objectId: Number(object.id),
    objectTypeId: typeIds[object.type],
    ...author,
    ...(property ? { propertyName: property.name, propertyValue: property.value } : {}),
    ...more,
  };
  world.notices.push({ body, dueAt: occurredAt, attempt: 0 });
}

/** Delivers what is due. Refused or unanswered notices stay for a later try. Answers how many were taken. */
export async function deliverNotices(world: World): Promise<number> {
  const { webhookTargetUrl, clock, clientSecret } = world.options;
  if (webhookTargetUrl === null) return 0;
  let taken = 0;
  for (;;) {
    const now = clock.now();
    const due = world.notices.filter((notice) => notice.dueAt <= now.getTime()).slice(0, noticesPerRequest);
    if (due.length === 0) return taken;
    world.notices = world.notices.filter((notice) => !due.includes(notice));
    const body = JSON.stringify(due.map((notice) => ({ ...notice.body, attemptNumber: notice.attempt })));
    const request = { method: 'POST', url: webhookTargetUrl, body, now };
    const answered = await fetch(world.options.reach?.(webhookTargetUrl) ?? webhookTargetUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...signatureHeaders(clientSecret, request, 'v1') },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMilliseconds),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
    if (answered) taken += due.length;
    else for (const notice of due) keepForLater(world, notice, now.getTime());
  }
}

function keepForLater(world: World, notice: Notice, now: number): void {
  const minutes = retryMinutes[notice.attempt];
  if (minutes === undefined) return;
  world.notices.push({ body: notice.body, dueAt: now + minutes * 60_000, attempt: notice.attempt + 1 });
}

/** Trouble with the notices that wait right now. */
export function noticeTrouble(world: World) {
  return {
    loseAll: () => {
      world.notices = [];
    },
    doubleAll: () => {
      world.notices.push(...world.notices.map((notice) => ({ ...notice })));
    },
    reverse: () => {
      world.notices.reverse();
    },
    delayAll: (seconds: number) => {
      for (const notice of world.notices) notice.dueAt += seconds * 1000;
    },
    /** Takes the waiting notices out, as the arrays HubSpot would post. */
    take: (): Record<string, unknown>[][] => {
      const bodies = world.notices.map((notice) => notice.body);
      world.notices = [];
      const arrays: Record<string, unknown>[][] = [];
      for (let at = 0; at < bodies.length; at += noticesPerRequest)
        arrays.push(bodies.slice(at, at + noticesPerRequest));
      return arrays;
    },
  };
}
