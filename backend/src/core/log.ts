import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** Names of fields that may hold a secret or somebody's mail; they never reach a log line, wherever they are nested. */
const privateFields =
  /token|secret|password|authorization|cookie|credential|verifier|api_?-?key|^(raw|html|text|body)$/i;

/** Structured logs: one JSON line each, with request, tenant and job ids bound by whoever makes a child. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      // By hand: pino's own redaction also walks the ids that every child is bound to, at 50 µs a job.
      formatters: { log: (fields) => withoutPrivate(fields) as Record<string, unknown> },
    },
    destination ?? pino.destination({ sync: false }),
  );
}

const deepest = 6;

function withoutPrivate(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Error) return describeError(value);
  if (depth > deepest || ArrayBuffer.isView(value)) return '[left out]';
  if (Array.isArray(value)) return value.map((one) => withoutPrivate(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      privateFields.test(name) ? '[private]' : withoutPrivate(field, depth + 1),
    ]),
  );
}

/** An error for the log: its name, sentence, private detail and cause, without the objects that libraries hang on it. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: withoutSecrets(String(error)) };
  const { name, message, stack, cause } = error;
  const described: Record<string, unknown> = {
    name,
    message: withoutSecrets(message),
    stack: withoutSecrets(stack ?? ''),
  };
  if ('code' in error) described.code = error.code;
  if ('detail' in error && error.detail !== undefined) described.detail = withoutSecrets(String(error.detail));
  if (cause && depth < deepest) described.cause = describeError(cause, depth + 1);
  return described;
}

const named =
  /((?:token|secret|password|authorization|verifier|code|api_?key)["']?\s*[=:]\s*["']?(?:bearer |basic )?)[^\s"'&,;]{6,}/gi;
const bearer = /\b(bearer|basic) +[\w.~+/=-]{8,}/gi;
/** Without a break, and with digits and letters in it: no word, no id of ours, no name of a file. */
const long = /[\w.~+=-]{40,}/g;
const looksRandom = (text: string): boolean => /\d/.test(text) && /[a-z]/i.test(text);

/** Vendors repeat in their error messages what they were sent; what looks like a secret there is left out. */
export function withoutSecrets(text: string): string {
  if (text.length < 10) return text;
  return text
    .replace(named, '$1[private]')
    .replace(bearer, '$1 [private]')
    .replace(long, (one) => (looksRandom(one) ? '[private]' : one));
}
