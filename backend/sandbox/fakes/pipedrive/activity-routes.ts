/** Activities of API v2. */
import { Hono } from 'hono';
import type { FakeEnv } from './gate.ts';
import { requireSight } from './gate.ts';
import { pageOf } from './paging.ts';
import { seconds } from './record-routes.ts';
import { list } from './records.ts';
import { invalid, notFound } from './refusal.ts';
import { activityShape, checkQuery, readBody } from './shapes.ts';
import type { Activity, Company, World } from './world.ts';

export const activityTypes = ['call', 'meeting', 'task', 'deadline', 'email', 'lunch'];
const parameters = ['ids', 'owner_id', 'deal_id', 'person_id', 'org_id', 'done', 'updated_since', 'updated_until'];
const more = ['filter_id', 'lead_id', 'sort_by', 'sort_direction', 'include_fields', 'limit', 'cursor'];

export function activityRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  app.get('/api/v2/activities', (c) => {
    const query = checkQuery(c, [...parameters, ...more]);
    const since = query.updated_since ? Date.parse(query.updated_since) : null;
    const found = [...c.var.company.activities.values()].filter(
      (activity) =>
        !activity.isDeleted &&
        (since === null || activity.updatedAt.getTime() >= since) &&
        (query.person_id === undefined || String(primaryPerson(activity)) === query.person_id) &&
        (query.done === undefined || String(activity.values.done) === query.done) &&
        ['owner_id', 'deal_id', 'org_id'].every(
          (name) => query[name] === undefined || String(activity.values[name]) === query[name],
        ),
    );
    found.sort((a, b) => (query.sort_direction === 'desc' ? b.id - a.id : a.id - b.id));
    const { page, next } = pageOf(found, query);
    return c.json({ success: true, data: page.map(shownActivity), additional_data: { next_cursor: next } });
  });
  app.get('/api/v2/activities/:id{[0-9]+}', (c) => {
    return c.json({ success: true, data: shownActivity(live(c.var.company, Number(c.req.param('id')))) });
  });
  app.post('/api/v2/activities', async (c) => {
    const values = await readBody(c, activityShape);
    const { company, user } = c.var;
    check(company, values);
    for (const { person_id } of list(values.participants)) requireSight(user, `person:${person_id}`);
    const now = world.options.clock.now();
    const all = { done: false, owner_id: user.id, org_id: null, note: '', ...values };
    const activity = { id: world.nextNumber(), values: all, addedAt: now, updatedAt: now, isDeleted: false };
    company.activities.set(activity.id, activity);
    return c.json({ success: true, data: shownActivity(activity) });
  });
  app.patch('/api/v2/activities/:id{[0-9]+}', async (c) => {
    const values = await readBody(c, activityShape.partial());
    const activity = live(c.var.company, Number(c.req.param('id')));
    check(c.var.company, values);
    Object.assign(activity.values, values);
    activity.updatedAt = world.options.clock.now();
    return c.json({ success: true, data: shownActivity(activity) });
  });
  app.delete('/api/v2/activities/:id{[0-9]+}', (c) => {
    const activity = live(c.var.company, Number(c.req.param('id')));
    activity.isDeleted = true;
    return c.json({ success: true, data: { id: activity.id } });
  });
  return app;
}

export function primaryPerson(activity: Activity): unknown {
  const participants = list(activity.values.participants);
  return (participants.find(({ primary }) => primary) ?? participants[0])?.person_id ?? null;
}

function check(company: Company, values: Record<string, unknown>): void {
  if (values.type !== undefined && !activityTypes.includes(String(values.type)))
    throw invalid(`Parameter 'type': there is no activity type ${values.type}`);
  if (values.owner_id !== undefined && !company.users.some(({ id }) => id === values.owner_id))
    throw invalid("Parameter 'owner_id': there is no such user");
  const participants = list(values.participants);
  for (const { person_id } of participants) {
    const person = company.records.get(`person:${person_id}`);
    if (!person || person.isDeleted) throw invalid(`Parameter 'participants': there is no person ${person_id}`);
  }
  if (participants.filter(({ primary }) => primary).length > 1)
    throw invalid("Parameter 'participants': only one can be the primary one");
  const rule = company.rules.find(({ on, refuses }) => on === 'activity' && refuses(values));
  if (rule) throw invalid(rule.message);
}

function live(company: Company, id: number): Activity {
  const activity = company.activities.get(id);
  if (!activity || activity.isDeleted) throw notFound('activity');
  return activity;
}

const shownActivity = (activity: Activity) => ({
  id: activity.id,
  ...activity.values,
  person_id: primaryPerson(activity),
  is_deleted: activity.isDeleted,
  add_time: seconds(activity.addedAt),
  update_time: seconds(activity.updatedAt),
});
