import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it.skipIf(process.platform === 'win32')(
  'what the embedded database acknowledged survives power cuts (npm run prove:powercut for more of them)',
  () => {
    const script = new URL('power-cut.ts', import.meta.url).pathname;
    const { stdout, status } = spawnSync(process.execPath, [script, '--cuts', '2'], { encoding: 'utf8' });
    expect(stdout).toMatch(
      /^2 power cuts, \d+ acknowledged rows: 0 lost, 0 databases that do not open, 0 damaged; [1-9]/,
    );
    expect(status).toBe(0);
  },
  120_000,
);
