/** Installs SalesOS in a CRM as an admin does in the browser: to the vendor's consent page, “Allow”, and back. */
import { finishConnect, installCrm, startConnect } from '../../src/tenants/index.ts';
import type { OnFakes } from '../on-fakes.ts';

/** `answers`: what the admin ticks on the page besides what it offers. */
export async function installByConsent(
  { app: { system }, origin }: OnFakes,
  crm: string,
  tenantId: string,
  answers: Record<string, string> = {},
): Promise<void> {
  const redirectUrl = `${origin}/connect/${crm}/callback`;
  const { url } = await startConnect(system, { vendor: crm, tenantId, redirectUrl });
  const page = await (await fetch(url)).text();
  const form = /<form method="post" action="([^"]+)">(.*?)<\/form>/s.exec(page);
  if (!form?.[1]) throw new Error(`the consent page of ${crm} has no form: ${page.slice(0, 300)}`);
  const fields = new URLSearchParams({ ...hiddenFields(form[2] ?? ''), ...answers, decision: 'allow' });
  const action = new URL(asText(form[1]), url);
  const answer = await fetch(action, { method: 'POST', body: fields, redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '', origin).searchParams;
  const [state, code] = [back.get('state') ?? '', back.get('code') ?? ''];
  const { grant } = await finishConnect(system, { vendor: crm, state, code, redirectUrl });
  await installCrm(system, { crm, grant, tenantId });
}

const hiddenFields = (form: string): Record<string, string> =>
  Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      asText(value),
    ]),
  );
const asText = (html: string) => html.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
