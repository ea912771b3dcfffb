import type { Socket } from 'node:net';

/** One connection of a line protocol. Text is latin1, so that every byte of a mail survives. */
export interface Wire {
  /** The next line without CRLF; null when the other side is gone. */
  readLine(): Promise<string | null>;
  readBytes(count: number): Promise<Buffer | null>;
  write(bytes: string | Buffer): void;
  /** Says the last words and hangs up. */
  end(lastWords?: string): void;
  /** Breaks the connection at once. */
  destroy(): void;
  closed: Promise<void>;
}

export function createWire(socket: Socket): Wire {
  let chunks: Buffer[] = [];
  let buffered = Buffer.alloc(0);
  let isOver = false;
  let wake = () => {};
  const more = () => new Promise<void>((resolve) => (wake = resolve));
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      isOver = true;
      wake();
      resolve();
    });
  });
  socket.on('end', () => socket.end());
  socket.on('error', () => {});

  /** Takes what `size` finds in the bytes so far; null when the connection ends before. */
  async function take(size: (bytes: Buffer) => number): Promise<Buffer | null> {
    for (;;) {
      if (chunks.length > 0) {
        buffered = Buffer.concat([buffered, ...chunks]);
        chunks = [];
      }
      const count = size(buffered);
      if (count >= 0) {
        const taken = buffered.subarray(0, count);
        buffered = buffered.subarray(count);
        return taken;
      }
      if (isOver) return null;
      await more();
    }
  }

  return {
    async readLine() {
      const line = await take((bytes) => {
        const end = bytes.indexOf('\r\n');
        return end < 0 ? -1 : end + 2;
      });
      return line?.toString('latin1', 0, line.length - 2) ?? null;
    },
    readBytes: (count) => take((bytes) => (bytes.length < count ? -1 : count)),
    write: (bytes) => void (socket.writable && socket.write(bytes, 'latin1')),
    end: (lastWords) => void (lastWords ? socket.end(lastWords, 'latin1') : socket.end()),
    destroy: () => void socket.destroy(),
    closed,
  };
}
