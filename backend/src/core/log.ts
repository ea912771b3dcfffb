import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** Fields that may hold a secret or somebody's mail; they never reach a log line, wherever they are nested. */
const private_ = [
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'clientSecret',
  'secret',
  'password',
  'cookie',
  'raw',
  'html',
  'text',
  'body',
];

/** Structured logs: one JSON line each, with request, tenant and job ids bound by whoever makes a child. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: private_.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[private]' },
      serializers: { error: describeError },
    },
    destination ?? pino.destination({ sync: false }),
  );
}

/** An error for the log: its name, sentence, private detail and cause, without the objects that libraries hang on it. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const described: Record<string, unknown> = { name: error.name, message: error.message, stack: error.stack };
  if ('code' in error) described.code = error.code;
  if ('detail' in error && error.detail !== undefined) described.detail = String(error.detail);
  if (error.cause) described.cause = describeError(error.cause);
  return described;
}
