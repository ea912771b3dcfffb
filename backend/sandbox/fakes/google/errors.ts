/** Google's error envelope: `{error:{code,message,status,errors:[{domain,reason,message}]}}`. */
export class GoogleError extends Error {
  override name = 'GoogleError';
  readonly code: number;
  readonly body: object;
  readonly headers: Record<string, string>;

  constructor(code: number, reason: string, message: string, more: { headers?: Record<string, string> } = {}) {
    super(message);
    this.code = code;
    this.headers = more.headers ?? {};
    this.body = {
      error: { code, message, errors: [{ message, domain: domainOf(reason), reason }], status: statusOf(code, reason) },
    };
  }
}

export const badRequest = (message: string) => new GoogleError(400, 'invalidArgument', message);
export const notFound = () => new GoogleError(404, 'notFound', 'Requested entity was not found.');

/** The user's sending limit. Google puts the moment into the message and sends no Retry-After. */
export const sendLimit = (until: Date) =>
  new GoogleError(429, 'rateLimitExceeded', `User-rate limit exceeded.  Retry after ${until.toISOString()}`);

export const quotaExceeded = (code: 403 | 429) =>
  new GoogleError(
    code,
    code === 403 ? 'userRateLimitExceeded' : 'rateLimitExceeded',
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'gmail.googleapis.com'.",
  );

export const tooManyConcurrent = () =>
  new GoogleError(429, 'rateLimitExceeded', 'Too many concurrent requests for user.');

export const insufficientScopes = () =>
  new GoogleError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.');

export const unauthenticated = () =>
  new GoogleError(
    401,
    'authError',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
  );

function domainOf(reason: string): string {
  return /Limit/.test(reason) ? 'usageLimits' : 'global';
}

function statusOf(code: number, reason: string): string {
  if (reason === 'failedPrecondition') return 'FAILED_PRECONDITION';
  const names: Record<number, string> = {
    400: 'INVALID_ARGUMENT',
    401: 'UNAUTHENTICATED',
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
    413: 'INVALID_ARGUMENT',
    429: 'RESOURCE_EXHAUSTED',
    503: 'UNAVAILABLE',
  };
  return names[code] ?? 'INTERNAL';
}
