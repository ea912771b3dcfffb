import { z } from 'zod';

/** The body of every error, RFC 9457 `application/problem+json`. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** A sentence for people. */
  detail: z.string(),
  instance: z.string(),
  /** Stable, snake_case. */
  code: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
  retry_after: z.number().optional(),
});
export type Problem = z.infer<typeof problem>;
