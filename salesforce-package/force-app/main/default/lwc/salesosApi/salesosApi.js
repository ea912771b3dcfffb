/** The only way from a component to SalesOS: Apex passes the request on, so that no secret is ever in the browser. */
import call from '@salesforce/apex/SalesOSCardController.call';
import { fill, words } from 'c/salesosLabels';

/**
 * A request that brought no answer to show. `outcomeUnknown`: SalesOS may have done it all the same. `errors` is what it
 * found wrong with single fields, `{pointer, message}` each.
 */
export class RequestFailed extends Error {
  constructor(sentence, status, code, errors = []) {
    super(sentence);
    this.name = 'RequestFailed';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.outcomeUnknown = status === null || status >= 500 || status === 409 || status === 429;
  }
}

/**
 * Asks `/cards/…`; `body` and the answer are those of the cards' contract. Rejects with RequestFailed only.
 * What brought no answer is repeated once: every write carries its idempotency key, so that it cannot happen twice.
 */
export async function ask(path, body) {
  try {
    return await once(path, body);
  } catch (failure) {
    const cameBackEmpty = failure.status === null || failure.status >= 502;
    if (!cameBackEmpty) throw failure;
    return once(path, body);
  }
}

async function once(path, body) {
  let text;
  try {
    text = await call({ path, body: JSON.stringify(body) });
  } catch (thrown) {
    throw asFailure(thrown);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestFailed(words.noAnswer, null, 'no_answer');
  }
}

/** Whatever Apex or the platform threw, as a failure with a sentence to show. */
export function asFailure(thrown) {
  if (thrown instanceof RequestFailed) return thrown;
  const message = thrown?.body?.message;
  if (typeof message !== 'string') return new RequestFailed(words.noAnswer, null, 'no_answer');
  // Salesforce's own words when the user's permission sets lack the class.
  if (/access to the Apex class/i.test(message)) return new RequestFailed(words.notPermitted, 403, 'class_hidden');
  const problem = parse(message);
  if (!problem) return new RequestFailed(words.noAnswer, null, 'no_answer');
  // Apex says 0 when there was no answer; without a credential nothing was asked at all.
  const status = problem.code === 'no_access' ? 401 : problem.status || null;
  const errors = Array.isArray(problem.errors) ? problem.errors : [];
  if (problem.detail) return new RequestFailed(problem.detail, status, problem.code ?? 'unknown', errors);
  if (status === null) return new RequestFailed(words.noAnswer, null, 'no_answer');
  return new RequestFailed(fill(words.strangeAnswer, { status }), status, problem.code ?? 'unknown');
}

function parse(message) {
  try {
    const problem = JSON.parse(message);
    return problem && typeof problem === 'object' ? problem : null;
  } catch {
    return null;
  }
}

/**
 * Writes with idempotency keys. One act, as in `stop:5f2c…`, keeps its key until its outcome is known, so that trying
 * again cannot do it twice; the same act later is a new one and gets a new key.
 */
export function createActs(newKey = () => crypto.randomUUID()) {
  const keys = new Map();
  return async function perform(act, path, body) {
    const idempotencyKey = keys.get(act) ?? newKey();
    keys.set(act, idempotencyKey);
    try {
      const answer = await ask(path, { ...body, idempotencyKey });
      keys.delete(act);
      return answer;
    } catch (failure) {
      if (!failure.outcomeUnknown) keys.delete(act);
      throw failure;
    }
  };
}
