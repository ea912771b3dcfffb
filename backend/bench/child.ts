import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of the bench's own, started from a file beside this one. */
export interface Child {
  port: number;
  /** CPU time since its start, in µs. */
  cpuMicroseconds(): Promise<number>;
  stop(): Promise<void>;
}

export async function startChild(file: string, parameters: string[] = []): Promise<Child> {
  const child = fork(new URL(file, import.meta.url), parameters, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const stopWithUs = () => child.kill();
  process.once('exit', stopWithUs);
  const { port } = await answer<{ port: number }>(child);
  return {
    port,
    async cpuMicroseconds() {
      child.send('cpu');
      return (await answer<{ cpuMicroseconds: number }>(child)).cpuMicroseconds;
    },
    async stop() {
      process.off('exit', stopWithUs);
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** Runs a file to its end and gives back the one number that it reports. */
export async function runChild(file: string, parameters: string[]): Promise<number> {
  const child = fork(new URL(file, import.meta.url), parameters, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const figure = await answer<number>(child);
  await ended;
  return figure;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`The bench's own process ended with ${code}.`));
    child.once('exit', failed);
    child.once('message', (message) => {
      child.off('exit', failed);
      resolve(message as T);
    });
  });
}

/** In the child: says where it listens, and answers what its parent asks. */
export function reportToParent(port: number): void {
  process.on('message', (question) => {
    if (question !== 'cpu') return;
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicroseconds: user + system });
  });
  process.send?.({ port });
}
