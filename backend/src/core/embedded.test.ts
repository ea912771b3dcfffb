import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockFolder, openEmbedded } from './embedded.ts';

function freshFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'salesos-embedded-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'database');
}

const script = (name: string) => new URL(`../../testing/${name}`, import.meta.url).pathname;

/** A process that writes rows; `lines` are what it says. */
function startWriter(folder: string, first = 1) {
  const child = spawn(process.execPath, [script('embedded-child.ts'), folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

const exited = async (child: ChildProcess) => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

describe('a folder', () => {
  it('that a process uses is refused to a second one with a sentence, and free when that process was killed', async () => {
    const folder = freshFolder();
    const first = startWriter(folder);
    expect((await first.lines.next()).value).toBe('open');
    const second = startWriter(folder);
    expect((await second.lines.next()).value).toBe(
      `The database folder ${folder} is in use by process ${first.child.pid}. Stop that process first, or choose another folder with DATA_FOLDER.`,
    );
    await expect(openEmbedded({ folder })).rejects.toThrow('is in use by process');
    first.child.kill('SIGKILL');
    await exited(first.child);
    const { pglite, release } = await openEmbedded({ folder });
    await pglite.close();
    release();
    expect(existsSync(`${folder}.lock`)).toBe(false);
  }, 60_000);

  it('keeps every acknowledged row through kill -9, again and again', async () => {
    const folder = freshFolder();
    let last = 0;
    for (let round = 0; round < 5; round++) {
      const { child, lines } = startWriter(folder, last + 1);
      for (let seen = 0; seen < 20 + round * 7; seen++) {
        const { value } = await lines.next();
        if (value !== 'open') last = Number(value);
      }
      child.kill('SIGKILL');
      for (let line = await lines.next(); !line.done; line = await lines.next()) last = Number(line.value);
      await exited(child);
      const { pglite, release } = await openEmbedded({ folder });
      const { rows } = await pglite.query<{ count: number; last: number }>(
        'select count(*)::int, max(id) as last from row',
      );
      await pglite.close();
      release();
      // The one that was under way when it died may be there as well.
      expect(rows[0]!.last - last).toBeLessThanOrEqual(1);
      expect(rows[0]!.count).toBe(rows[0]!.last);
      expect(rows[0]!.last).toBeGreaterThanOrEqual(last);
      last = rows[0]!.last;
    }
  }, 120_000);
});

describe('the lock', () => {
  it.skipIf(process.platform !== 'linux')('of a pid that now belongs to another process is taken over', () => {
    const folder = freshFolder();
    writeFileSync(`${folder}.lock`, `${process.ppid} 1`);
    const release = lockFolder(folder);
    expect(readFileSync(`${folder}.lock`, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    release();
  });

  it.each(['999999999 1', '', 'nonsense', '-1 1', '0 1'])('of nobody (%j) is taken over', (content) => {
    const folder = freshFolder();
    writeFileSync(`${folder}.lock`, content);
    lockFolder(folder)();
    expect(readdirSync(join(folder, '..'))).toEqual([]);
  });

  it('is not given twice, and what is no longer ours is not removed', () => {
    const folder = freshFolder();
    const release = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.pid}`);
    writeFileSync(`${folder}.lock`, 'somebody else');
    release();
    expect(existsSync(`${folder}.lock`)).toBe(true);
  });

  it('of a dead process goes to exactly one of many that want it at the same moment', async () => {
    for (let round = 0; round < 3; round++) {
      const folder = freshFolder();
      writeFileSync(`${folder}.lock`, '999999999 1');
      const racers = Array.from({ length: 6 }, () => fork(script('lock-child.ts'), [folder]));
      onTestFinished(() => {
        for (const racer of racers) racer.kill('SIGKILL');
      });
      await Promise.all(racers.map((racer) => once(racer, 'message')));
      const outcomes = racers.map(async (racer) => (await once(racer, 'message'))[0]);
      for (const racer of racers) racer.send('go');
      expect((await Promise.all(outcomes)).sort()).toEqual(['locked', ...Array(5).fill('refused')]);
    }
  }, 60_000);
});
