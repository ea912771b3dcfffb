/** A handful of domain errors. `message` is for people and may be shown; `detail` is for the log only. */

interface ErrorOptions {
  code: string;
  /** Private: what the log should say beyond the public sentence. */
  detail?: unknown;
  fields?: FieldError[];
  retryAfterSeconds?: number;
}

/** One wrong part of an input; `pointer` is a JSON pointer such as `/steps/0/days`. */
export interface FieldError {
  pointer: string;
  code: string;
  message: string;
}

export class DomainError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: unknown;
  readonly fields: FieldError[];
  readonly retryAfterSeconds: number | null;

  constructor(status: number, message: string, options: ErrorOptions) {
    super(message);
    this.name = new.target.name;
    this.status = status;
    this.code = options.code;
    this.detail = options.detail;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

export class InvalidInput extends DomainError {
  constructor(message: string, options: Partial<ErrorOptions> = {}) {
    super(422, message, { code: 'invalid_input', ...options });
  }
}

export class Unauthenticated extends DomainError {
  constructor(message: string, options: Partial<ErrorOptions> = {}) {
    super(401, message, { code: 'unauthenticated', ...options });
  }
}

export class Forbidden extends DomainError {
  constructor(message: string, options: Partial<ErrorOptions> = {}) {
    super(403, message, { code: 'forbidden', ...options });
  }
}

/** Also the answer for what belongs to somebody else: "not yours" and "not there" look the same. */
export class NotFound extends DomainError {
  constructor(what: string, options: Partial<ErrorOptions> = {}) {
    super(404, `There is no ${what} with this id.`, { code: 'not_found', ...options });
  }
}

export class Conflict extends DomainError {
  constructor(message: string, options: Partial<ErrorOptions> = {}) {
    super(409, message, { code: 'conflict', ...options });
  }
}

export class TooMany extends DomainError {
  constructor(message: string, retryAfterSeconds: number, options: Partial<ErrorOptions> = {}) {
    super(429, message, { code: 'too_many_requests', retryAfterSeconds, ...options });
  }
}

/** A vendor could not be asked, or gave no usable answer. */
export class VendorUnavailable extends DomainError {
  constructor(message: string, options: Partial<ErrorOptions> = {}) {
    super(503, message, { code: 'vendor_unavailable', ...options });
  }
}
