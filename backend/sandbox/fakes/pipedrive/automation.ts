/** A step "send a webhook" of an automation, as an admin set it up by hand. */
import type { World } from './world.ts';

export interface AutomationRun {
  /** The base address: it must end in `/`, `&`, `?` or `=`. */
  url: string;
  path: string;
  method?: 'POST' | 'PUT' | 'DELETE';
  user?: string;
  password?: string;
  body: Record<string, string> | string;
  /** How the builder was told to send a body of keys and values. */
  asForm?: boolean;
}

export async function runAutomation(world: World, run: AutomationRun): Promise<{ status: number; body: unknown }> {
  if (!/[/&?=]$/.test(run.url)) throw new Error('the address of an automation webhook must end in / & ? or =');
  const url = run.url + run.path;
  const basic = Buffer.from(`${run.user ?? ''}:${run.password ?? ''}`).toString('base64');
  const isForm = run.asForm && typeof run.body !== 'string';
  const body = isForm
    ? new URLSearchParams(run.body as Record<string, string>).toString()
    : typeof run.body === 'string'
      ? run.body
      : JSON.stringify(run.body);
  const answer = await fetch(world.options.reach?.(url) ?? url, {
    method: run.method ?? 'POST',
    headers: {
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      ...(run.user ? { authorization: `Basic ${basic}` } : {}),
    },
    body,
    redirect: 'manual',
  });
  const text = await answer.text();
  try {
    return { status: answer.status, body: JSON.parse(text) as unknown };
  } catch {
    return { status: answer.status, body: text };
  }
}
