/** A refusal, in the envelope of the API that was asked. */
export class Refusal extends Error {
  override name = 'Refusal';
  status: number;
  body: Record<string, unknown>;
  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.body = { success: false, error: message, error_info: 'See the API documentation.', ...more };
    this.body.data = null;
    this.body.additional_data = null;
  }
}

export const invalid = (message: string) => new Refusal(400, message);
export const notFound = (what: string) => new Refusal(404, `${what} not found`);
export const forbidden = (message = 'You do not have permissions to do this', more: Record<string, unknown> = {}) =>
  new Refusal(403, message, more);

/** The webhooks of v1 have an envelope of their own. */
export class HookRefusal extends Refusal {
  constructor(status: number, errors: Record<string, string[]>) {
    super(status, Object.values(errors).flat().join(', '));
    this.body = { status: 'error', success: false, errors };
  }
}
