import type { Clock } from '../../core/clock.ts';

export interface MailServerConfig {
  clock: Clock;
  /** True in the sandbox and in tests: then only servers of this machine are reached, and without TLS. */
  loopbackOnly: boolean;
  /** For one step with a server: connecting with login, a command, a whole mail and its answer. */
  timeoutSeconds?: number;
}

/** A login, a mail and its copy must end before somebody looks after the mail: that is after 90 seconds. */
export const defaultTimeoutSeconds = 25;

/** Who takes a connection greets at once: waiting shorter for that than for the whole step tells the two apart. */
export const greetingShare = 0.6;
