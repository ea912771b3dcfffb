/** A refusal in HubSpot's error envelope. */
export class Refusal extends Error {
  override name = 'Refusal';
  status: number;
  category: string;
  details: RefusalDetail[];
  context: Record<string, string[]>;

  constructor(
    status: number,
    category: string,
    message: string,
    details: RefusalDetail[] = [],
    context: Record<string, string[]> = {},
  ) {
    super(message);
    this.status = status;
    this.category = category;
    this.details = details;
    this.context = context;
  }
}

export interface RefusalDetail {
  message: string;
  code?: string;
  context?: Record<string, string[]>;
}

export function envelope(refusal: Refusal, correlationId: string): Record<string, unknown> {
  return {
    status: 'error',
    message: refusal.message,
    correlationId,
    category: refusal.category,
    ...(refusal.details.length > 0 ? { errors: refusal.details } : {}),
    ...(Object.keys(refusal.context).length > 0 ? { context: refusal.context } : {}),
  };
}

/** The same refusal as one row of a 207 answer. */
export function rowError(refusal: Refusal, context: Record<string, string[]>): Record<string, unknown> {
  return {
    status: 'error',
    category: refusal.category,
    message: refusal.message,
    context: { ...refusal.context, ...context },
    errors: refusal.details,
    links: {},
  };
}

export const invalid = (message: string, details: RefusalDetail[] = []) =>
  new Refusal(400, 'VALIDATION_ERROR', message, details);
export const notFound = (message = 'resource not found', context: Record<string, string[]> = {}) =>
  new Refusal(404, 'OBJECT_NOT_FOUND', message, [], context);
