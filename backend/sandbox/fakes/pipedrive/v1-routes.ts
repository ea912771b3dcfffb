/** What is left of API v1: users, activity types, notes and webhooks. */
import { Hono } from 'hono';
import { z } from 'zod';
import { activityTypes } from './activity-routes.ts';
import { type FakeEnv, requireAdmin } from './gate.ts';
import { forbidden, HookRefusal, invalid, Refusal } from './refusal.ts';
import { hookShape, readBody } from './shapes.ts';
import type { Company, Hook, User, World } from './world.ts';

const hooksPerUser = 40;
const flag = z.union([z.literal(0), z.literal(1)]).optional();
const note = z.strictObject({
  content: z.string().min(1),
  person_id: z.number().int().optional(),
  org_id: z.number().int().optional(),
  deal_id: z.number().int().optional(),
  pinned_to_person_flag: flag,
});

export function v1Routes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  app.get('/api/v1/users/me', (c) => {
    const { company, user } = c.var;
    const account = { company_id: company.id, company_name: company.name, company_domain: company.domain };
    return c.json({ success: true, data: { ...shownUser(user, user), ...account } });
  });
  app.get('/api/v1/users', (c) =>
    c.json({ success: true, data: c.var.company.users.map((user) => shownUser(user, c.var.user)) }),
  );
  app.get('/api/v1/activityTypes', (c) =>
    c.json({
      success: true,
      data: activityTypes.map((key, index) => ({ id: index + 1, name: key, key_string: key, active_flag: true })),
    }),
  );
  app.post('/api/v1/notes', async (c) => {
    const body = await readBody(c, note);
    if (!body.person_id && !body.org_id && !body.deal_id) throw invalid('A note needs a record');
    const id = world.nextNumber();
    c.var.company.notes.set(id, { id, ...body });
    return c.json({ success: true, data: { id, ...body } }, 201);
  });
  app.get('/api/v1/webhooks', (c) => {
    requireAdmin(c.var.user);
    const data = [...c.var.company.hooks.values()].map((hook) => shownHook(c.var.company, hook));
    return c.json({ status: 'ok', success: true, data });
  });
  app.post('/api/v1/webhooks', async (c) => {
    requireAdmin(c.var.user);
    const { company, user } = c.var;
    const body = await readBody(c, hookShape);
    const userId = body.user_id ?? user.id;
    const count = [...company.hooks.values()].filter((hook) => hook.userId === userId).length;
    if (count >= hooksPerUser) throw forbidden('The limit of 40 webhooks per user is reached');
    if (!/^https:/.test(body.subscription_url) && !world.options.reach)
      throw new HookRefusal(400, { subscription_url: ['invalid or non-reachable URL'] });
    if (body.version === '1.0') throw new HookRefusal(400, { version: ['version 1.0 is no longer available'] });
    const hook: Hook = {
      id: world.nextNumber(),
      userId,
      subscriptionUrl: body.subscription_url,
      eventAction: body.event_action,
      eventObject: body.event_object,
      name: body.name,
      user: body.http_auth_user ?? null,
      password: body.http_auth_password ?? null,
      failures: 0,
      bannedUntil: 0,
      failingSince: null,
    };
    company.hooks.set(hook.id, hook);
    return c.json({ status: 'ok', success: true, data: shownHook(company, hook) }, 201);
  });
  app.delete('/api/v1/webhooks/:id{[0-9]+}', (c) => {
    requireAdmin(c.var.user);
    const id = Number(c.req.param('id'));
    if (!c.var.company.hooks.delete(id)) throw new HookRefusal(404, { id: ['not found'] });
    return c.json({ status: 'ok', success: true });
  });
  app.all('/api/v1/:gone{(?:persons|organizations|deals|activities)}', () => {
    throw new Refusal(410, 'This endpoint was removed. Use API v2.');
  });
  return app;
}

const shownUser = (user: User, me: User) => ({
  id: user.id,
  name: user.name,
  email: user.email,
  active_flag: user.isActive,
  is_deleted: false,
  is_you: user.id === me.id,
  timezone_name: 'Europe/Berlin',
  access: ['sales', 'global', 'account_settings'].map((app) => ({ app, admin: user.isAdmin })),
});

const shownHook = (company: Company, hook: Hook) => ({
  id: hook.id,
  company_id: company.id,
  owner_id: hook.userId,
  user_id: hook.userId,
  event_action: hook.eventAction,
  event_object: hook.eventObject,
  subscription_url: hook.subscriptionUrl,
  version: '2.0',
  is_active: 1,
  type: 'general',
  http_auth_user: hook.user,
  http_auth_password: hook.password,
  name: hook.name,
});
