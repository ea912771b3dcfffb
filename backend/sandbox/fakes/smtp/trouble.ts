import type { Wire } from './wire.ts';

/**
 * Trouble on demand: the next matching command meets it.
 * - break-before: the connection breaks and nothing was done
 * - break-after: done, then the connection breaks before the answer
 * - silence-after: done, and no answer ever comes
 * - cut-after: done, and the connection breaks in the middle of the answer
 * - slow: done and answered after a tenth of a second
 * - reply: this answer instead, and nothing was done
 */
export interface ServerTrouble {
  protocol: 'smtp' | 'imap';
  kind: 'break-before' | 'break-after' | 'silence-after' | 'cut-after' | 'slow' | 'reply';
  /** Upper-case command names; `MESSAGE` is the end of DATA, `CONNECT` the greeting. */
  commands: string[];
  /** For `reply`, without the tag and without CRLF. */
  reply?: string;
  times?: number;
}

export function createTroubles() {
  let planned: (ServerTrouble & { left: number })[] = [];
  return {
    next(trouble: ServerTrouble): void {
      planned = [...planned.filter(({ left }) => left > 0), { ...trouble, left: trouble.times ?? 1 }];
    },
    pick(protocol: ServerTrouble['protocol'], command: string): ServerTrouble | null {
      const hit = planned.find((one) => one.left > 0 && one.protocol === protocol && one.commands.includes(command));
      if (hit) hit.left -= 1;
      return hit ?? null;
    },
  };
}

export type Troubles = ReturnType<typeof createTroubles>;

/** Does a command and answers it, as the trouble has it. `prefix` is the tag of an IMAP command. */
export async function answerWith(
  wire: Wire,
  trouble: ServerTrouble | null,
  prefix: string,
  act: () => string | Buffer | Promise<string | Buffer>,
): Promise<void> {
  if (trouble?.kind === 'reply') return wire.write(`${prefix}${trouble.reply}\r\n`);
  if (trouble?.kind === 'break-before') return wire.destroy();
  const answered = await act();
  const answer = typeof answered === 'string' ? Buffer.from(answered, 'latin1') : answered;
  switch (trouble?.kind) {
    case 'break-after':
      return wire.destroy();
    case 'silence-after':
      return wire.closed;
    case 'cut-after':
      return wire.end(answer.toString('latin1', 0, Math.min(Math.floor(answer.length / 2), answer.length - 3)));
    case 'slow':
      await new Promise((done) => setTimeout(done, 100));
  }
  wire.write(answer);
}
