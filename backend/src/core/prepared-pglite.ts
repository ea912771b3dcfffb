import { type ExecProtocolOptions, PGlite } from '@electric-sql/pglite';
import { isOutdated, nameOf } from './prepared-statements.ts';

type Answer = Awaited<ReturnType<PGlite['execProtocolStream']>>;

/** First bytes of the messages that a question is made of (PostgreSQL's frontend/backend protocol, section 55.7). */
const [parse, describe, bind, execute] = ['P', 'D', 'B', 'E'].map((letter) => letter.charCodeAt(0));
const ofStatement = 'S'.charCodeAt(0);

/**
 * PGlite whose statements are prepared when they are asked again and again, as `PreparingClient` does it on a server: here
 * parsing and planning take most of a short statement's time. PGlite hands each message of a question over by itself; here
 * the statement gets its name in them, the two that are known already are answered from memory, and the last three go
 * together. PGlite asks one question at a time.
 */
export class PreparingPglite extends PGlite {
  readonly #descriptions = new Map<string, Answer>();
  #generation = 0;
  #name = '';
  #held: Uint8Array[] = [];

  override async execProtocolStream(message: Uint8Array, options?: ExecProtocolOptions): Promise<Answer> {
    switch (message[0]) {
      case parse: {
        this.#held = [];
        const name = nameOf(textOf(message));
        this.#name = name ? `${name}_${this.#generation}` : '';
        if (this.#descriptions.has(this.#name)) return [];
        return this.#ask(withName(message, 5, this.#name), options);
      }
      case describe: {
        if (message[5] !== ofStatement) return this.#hold(message);
        const known = this.#descriptions.get(this.#name);
        if (known) return known;
        const answer = await this.#ask(withName(message, 6, this.#name), options);
        if (this.#name) this.#descriptions.set(this.#name, answer);
        return answer;
      }
      // Before the statement's name stands that of the portal, which is empty.
      case bind:
        return this.#hold(withName(message, 6, this.#name));
      case execute:
        return this.#ask(Buffer.concat([...this.#held, message]), options);
      default:
        return super.execProtocolStream(message, options);
    }
  }

  async #ask(message: Uint8Array, options?: ExecProtocolOptions): Promise<Answer> {
    try {
      return await super.execProtocolStream(message, options);
    } catch (error) {
      // Whoever tries again gets it prepared anew.
      if (isOutdated(error)) {
        this.#generation++;
        this.#descriptions.clear();
      }
      throw error;
    }
  }

  #hold(message: Uint8Array): Answer {
    this.#held.push(message);
    return [];
  }
}

/** The statement in a message that parses one without a name. */
const textOf = (message: Uint8Array): string => {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  return bytes.toString('utf8', 6, bytes.indexOf(0, 6));
};

/** The message with a name put where it has an empty one. */
function withName(message: Uint8Array, at: number, name: string): Uint8Array {
  if (!name) return message;
  const named = Buffer.concat([message.subarray(0, at), Buffer.from(name), message.subarray(at)]);
  named.writeInt32BE(named.length - 1, 1);
  return named;
}
