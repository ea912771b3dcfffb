/** Errors become answers here and nowhere else: RFC 9457 `application/problem+json`. */
import type { Problem } from '@salesos/shared/cards.ts';
import { type ProblemCode, problems } from '@salesos/shared/problems.ts';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { DomainError, type FieldError } from '../core/errors.ts';
import { VendorError } from '../core/http.ts';
import type { ApiContext } from './request.ts';

/** An error of the protocol, not of the domain: the request itself is unusable. */
export class RequestProblem extends DomainError {
  constructor(status: number, code: ProblemCode, message: string, fields: FieldError[] = []) {
    super(status, message, { code, fields });
  }
}

/** Any thrown value as the error to answer with. What we did not foresee says nothing about itself. */
export function asDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (thrown instanceof HTTPException && thrown.status === 413)
    return new RequestProblem(413, 'body_too_large', 'A body can have 1 MB at most.');
  if (thrown instanceof VendorError) {
    return new DomainError(
      503,
      'A connected service does not answer now. Nothing was changed. Try again in a moment.',
      {
        code: 'vendor_unavailable',
        retryAfterSeconds: Math.max(1, Math.ceil(thrown.retryAfterSeconds)),
      },
    );
  }
  return new RequestProblem(500, 'internal_error', 'Something went wrong on our side. Try again in a moment.');
}

/** Answers with a problem. `instance` is the path of the request, never its query, which may hold a secret. */
export function answerProblem(c: ApiContext, error: DomainError): Response {
  const body: Problem = {
    type: `${c.get('system').settings.publicUrl}/problems/${error.code}`,
    title: isProblemCode(error.code) ? problems[error.code].title : 'The request was refused',
    status: error.status,
    detail: error.message,
    instance: c.req.path,
    code: error.code,
    request_id: c.get('requestId'),
    ...(error.fields.length > 0 ? { errors: error.fields } : {}),
    ...(error.retryAfterSeconds === null ? {} : { retry_after: error.retryAfterSeconds }),
  };
  c.header('Content-Type', 'application/problem+json; charset=utf-8');
  c.header('Cache-Control', 'no-store');
  if (error.retryAfterSeconds !== null) c.header('Retry-After', String(error.retryAfterSeconds));
  if (error.status === 401) c.header('WWW-Authenticate', 'Bearer realm="SalesOS"');
  return c.body(JSON.stringify(body), error.status as ContentfulStatusCode);
}

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

/** What zod found wrong, as JSON pointers (RFC 6901) below `root`. */
export function fieldErrors(error: z.ZodError, root = ''): FieldError[] {
  return error.issues.flatMap((issue) => {
    const pointer = root + issue.path.map((key) => `/${escapePointer(String(key))}`).join('');
    if (issue.code !== 'unrecognized_keys') return [{ pointer, code: issue.code, message: issue.message }];
    return issue.keys.map((key) => ({
      pointer: `${pointer}/${escapePointer(key)}`,
      code: 'unknown_field',
      message: 'There is no such field.',
    }));
  });
}

const escapePointer = (key: string): string => key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
