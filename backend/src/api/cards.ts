/** The requests of the CRM cards: who asks is the CRM's signed word, what is answered is ready to be shown. */
import { type CardPath, cardRoutes } from '@salesos/shared/cards.ts';
import { Hono } from 'hono';
import { type Ctx, inTransaction, type System } from '../core/ctx.ts';
import { InvalidInput } from '../core/errors.ts';
import { type Answer, withIdempotency } from '../core/idempotency.ts';
import { type CardCaller, cardCaller } from './authenticate.ts';
import {
  type Done,
  type RecordAct,
  type RecordActPath,
  recordActs,
  type SettingsAct,
  settingsActs,
} from './card-acts.ts';
import { enrollRecords } from './card-many.ts';
import { type CardRead, cardReads, showSettings } from './card-reads.ts';
import { contactOf, readCard } from './card-record.ts';
import { fieldErrors } from './problem.ts';
import { createRateLimit, defaultPolicy } from './rate-limit.ts';
import { type ApiEnv, parseJson, surfaceRequest } from './request.ts';
import type { SurfaceVerifier } from './surface.ts';

// Tables of functions for different paths. Each is called with what the schema of its own path parsed.
const reads = cardReads as unknown as Record<string, CardRead<'/cards/contact'>>;
const acts = recordActs as unknown as Record<string, RecordAct<RecordActPath>>;
const accountActs = settingsActs as unknown as Record<string, SettingsAct<'/cards/settings/update'>>;

export function cardRouter(system: System, verifiers: SurfaceVerifier[]): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const rateLimit = createRateLimit(system.clock, { ...defaultPolicy, name: 'cards' });
  for (const path of Object.keys(cardRoutes) as CardPath[])
    app.post(path, async (c) => {
      const signed = await surfaceRequest(c);
      const caller = await cardCaller(c.get('system'), verifiers, signed);
      c.set('ctx', caller.ctx);
      rateLimit.take(caller.member.id, (name, value) => c.header(name, value));
      c.header('Cache-Control', 'no-store');
      const { request, response } = cardRoutes[path];
      const parsed = request.safeParse(parseJson(signed.rawBody) ?? {});
      if (!parsed.success)
        throw new InvalidInput('The card sent something SalesOS does not understand. Reload the page.', {
          fields: fieldErrors(parsed.error),
        });
      return c.json(response.parse(await respond(path, caller, parsed.data)));
    });
  return app;
}

async function respond(path: CardPath, caller: CardCaller, request: unknown): Promise<object> {
  const read = reads[path];
  if (read) return read(caller, request as Parameters<typeof read>[1]);
  if (path === '/cards/enroll/many') return enrollRecords(caller, request as Parameters<typeof enrollRecords>[1]);
  const accountAct = accountActs[path];
  if (accountAct) {
    const parsed = request as Parameters<typeof accountAct>[1];
    await doOnce(caller, path, parsed, (ctx) => accountAct({ ...caller, ctx }, parsed));
    return showSettings(caller);
  }
  const act = acts[path]!;
  const parsed = request as Parameters<typeof act>[1];
  const contact = await contactOf(caller, parsed);
  const message = await doOnce(caller, path, parsed, (ctx) => act({ ...caller, ctx }, parsed, contact));
  return { message, card: await readCard(caller, contact) };
}

/**
 * Does what the rep pressed once, whatever HubSpot repeats. Only the sentence is kept with the key, and the card is read
 * anew. A refusal is kept too: it was decided, and the reason is stored.
 */
async function doOnce(
  { ctx }: CardCaller,
  path: CardPath,
  { idempotencyKey, ...content }: { idempotencyKey: string },
  act: (ctx: Ctx) => Promise<Done>,
): Promise<string> {
  const answer = await withIdempotency(ctx, `card:${idempotencyKey}`, { path, content }, (keep) =>
    inTransaction(ctx, async (ctx): Promise<Answer> => {
      const done = await act(ctx);
      const outcome = typeof done === 'string' ? { status: 200, body: { message: done } } : { status: 422, body: done };
      await keep(ctx, outcome);
      return outcome;
    }),
  );
  const { message, code } = answer.body as { message: string; code?: string };
  if (code) throw new InvalidInput(message, { code });
  return message;
}
