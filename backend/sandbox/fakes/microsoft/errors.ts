/** Graph's error envelope: `{error:{code,message,innerError:{date,request-id,client-request-id}}}`. */
export class GraphError extends Error {
  override name = 'GraphError';
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function errorBody({ code, message }: GraphError, at: Date): object {
  const id = '5e8f3c1a-0000-4000-8000-000000000000';
  const date = at.toISOString().slice(0, 19);
  return { error: { code, message, innerError: { date, 'request-id': id, 'client-request-id': id } } };
}

export const itemNotFound = () =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
export const badRequest = (message: string) => new GraphError(400, 'BadRequest', message);
export const malformedId = () => new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
export const invalidQuery = (message: string) => new GraphError(400, 'ErrorInvalidUrlQueryFilter', message);
export const invalidToken = (message: string) => new GraphError(401, 'InvalidAuthenticationToken', message);
export const accessDenied = () =>
  new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
export const syncStateLost = (status: 410 | 404) =>
  new GraphError(status, status === 410 ? 'resyncRequired' : 'syncStateNotFound', 'The sync state is not found.');
export const throttled = (status: 429 | 503, message: string, retryAfterSeconds: number) =>
  new GraphError(status, 'ApplicationThrottled', message, { 'Retry-After': String(retryAfterSeconds) });
