/** Trouble on demand: what a vendor does on a bad day, for the next matching API requests. */
export interface Fault {
  /** Which requests; none means any. */
  path?: RegExp;
  method?: string;
  /** How many matching requests are hit. */
  times: number;
  kind: /** An error answer in the envelope; nothing happened. */
    | { error: number; category?: string; retryAfterSeconds?: number }
    /** An HTML page instead of JSON; nothing happened. */
    | { html: number }
    /** The answer comes late, or after the caller gave up. */
    | { slowMilliseconds: number }
    /** The request is carried out and the connection dies before the answer. */
    | 'answer_lost'
    /** The connection dies before the request is carried out. */
    | 'connection_lost'
    /** Success, with a body that is no JSON. */
    | 'garbled';
}

/** Takes the first fault that matches, counting it down. */
export function takeFault(faults: Fault[], method: string, path: string): Fault['kind'] | null {
  const fault = faults.find(
    (candidate) =>
      candidate.times > 0 &&
      (candidate.path?.test(path) ?? true) &&
      (candidate.method === undefined || candidate.method === method),
  );
  if (!fault) return null;
  fault.times -= 1;
  return fault.kind;
}
