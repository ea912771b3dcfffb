/** The SDK's messages, as they were read from the wire. */
export interface Message {
  id: string;
  kind: 'command' | 'listener' | 'track';
  /** The name of the command or event. */
  name: string;
  args: unknown;
}

/** The message in a posted value; null for what is none of the SDK's. */
export function readMessage(data: unknown): Message | null {
  const { id, payload } = (data ?? {}) as { id?: unknown; payload?: Record<string, unknown> };
  if (typeof id !== 'string' || typeof payload !== 'object' || payload === null) return null;
  const { type } = payload;
  const name = type === 'command' ? payload.command : payload.event;
  if (typeof name !== 'string') return null;
  if (type !== 'command' && type !== 'listener' && type !== 'track') return null;
  return { id, kind: type, name, args: payload.args };
}
