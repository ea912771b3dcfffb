/** Every request to the org, and what a refusal means for the person who typed the command. */
import { type Connection, type Org, SfError } from '@salesforce/core';

/** The package is built for this version. */
const apiVersion = '68.0';

export const connectionTo = (org: Org): Connection => org.getConnection(apiVersion);

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT';
  /** Below /services/data/v68.0. */
  path: string;
  body?: object;
  /** The end of “You may not …”, and the right that is missing. */
  needs: { act: string; right: string };
}

/** The answer's body. Throws SfError in plain words; what Salesforce answered 404 to is null. */
export async function ask<Answer>(
  connection: Connection,
  { method = 'GET', path, body, needs }: Ask,
): Promise<Answer | null> {
  try {
    return await connection.request<Answer>({
      method,
      url: path,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
  } catch (error) {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw explain(error, needs);
  }
}

/** All rows of a query, of the Tooling API where `tooling` says so. */
export async function queryAll<Row>(
  connection: Connection,
  text: string,
  needs: Ask['needs'],
  resource: 'query' | 'tooling/query' = 'query',
): Promise<Row[]> {
  const rows: Row[] = [];
  let path: string | undefined = `/${resource}?q=${encodeURIComponent(text)}`;
  while (path !== undefined) {
    const page: { records: Row[]; nextRecordsUrl?: string } | null = await ask(connection, { path, needs });
    rows.push(...(page?.records ?? []));
    path = page?.nextRecordsUrl;
  }
  return rows;
}

export const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

export function codeOf(error: unknown): string {
  const { errorCode, code, name } = (error ?? {}) as { errorCode?: string; code?: string; name?: string };
  return errorCode ?? code ?? name ?? '';
}

/** Nothing that was sent is repeated in the message: a key may have been in it. */
export function explain(error: unknown, { act, right }: Ask['needs']): SfError {
  if (error instanceof SfError && error.actions) return error;
  const code = codeOf(error);
  const said = error instanceof Error ? error.message : String(error);
  const fail = (name: string, message: string, ...actions: string[]) => new SfError(message, name, actions, 1);
  if (['INVALID_SESSION_ID', 'ERROR_HTTP_401', 'INVALID_AUTH_HEADER'].includes(code))
    return fail(
      'SignInEnded',
      'Your sign-in to this org has ended.',
      'Sign in again: sf org login web --alias <alias>',
    );
  if (code === 'API_DISABLED_FOR_ORG' || code === 'API_CURRENTLY_DISABLED')
    return fail(
      'ApiDisabled',
      'This org’s edition, or your user, has no access to the API.',
      'SalesOS needs Enterprise Edition or higher, or Professional Edition with the API added.',
      'Give your user the permission “API Enabled”.',
    );
  if (code === 'REQUEST_LIMIT_EXCEEDED')
    return fail(
      'ApiLimitReached',
      'This org takes no more API calls for now.',
      'Run sf salesos doctor later to see how many are left, and try again then.',
    );
  if (
    [
      'INSUFFICIENT_ACCESS',
      'INSUFFICIENT_ACCESS_OR_READONLY',
      'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
      'FORBIDDEN',
      'ERROR_HTTP_403',
      'INVALID_TYPE',
    ].includes(code)
  )
    return fail(
      'NotAllowed',
      `You may not ${act} in this org.`,
      `Ask an admin for ${right}, or run the command as a System Administrator.`,
    );
  if (
    /^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EPIPE|UND_ERR|ERROR_HTTP_5|SERVER_UNAVAILABLE|FetchError|TypeError)/.test(
      code,
    )
  )
    return fail(
      'NoAnswer',
      'Salesforce did not answer.',
      'Run the same command again: it looks first at what is done already, and does nothing twice.',
    );
  return fail(
    'Refused',
    `Salesforce refused to ${act}: ${said}`,
    'Correct this in the org, then run the same command again.',
  );
}
