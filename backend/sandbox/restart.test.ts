import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder, type SandboxProcess, startSandboxProcess } from '../testing/sandbox-process.ts';
import type { CrmRecord, InboxMail, LogEntry, SandboxState, TimelineItem, WorkflowView } from './page-api.ts';

let place: Awaited<ReturnType<typeof dataFolder>>;
let sandbox: SandboxProcess;

beforeAll(async () => {
  place = await dataFolder();
  sandbox = await startSandboxProcess(place.folder);
}, 60_000);
afterAll(async () => {
  await sandbox.kill();
  await place.remove();
});

async function restart(): Promise<void> {
  await sandbox.kill();
  sandbox = await startSandboxProcess(place.folder);
}

/** Everything a visitor sees of a record. */
async function seen(startsBy: 'card' | 'workflow') {
  const { clock, records } = await sandbox.get<SandboxState>('/sandbox/state');
  const record = records.find((one) => one.startsBy === startsBy)!;
  const { items } = await sandbox.get<{ items: TimelineItem[] }>(
    `/sandbox/hubspot/records/${record.recordId}/timeline`,
  );
  const { mails } = await sandbox.get<{ mails: InboxMail[] }>(`/sandbox/inbox?address=${record.address}`);
  const { properties } = await sandbox.get<CrmRecord>(`/sandbox/hubspot/records/${record.recordId}`);
  const { sequences, runs } = await sandbox.get<WorkflowView>('/sandbox/hubspot/workflow');
  return { clock, record, items, mails, properties, runs, sequenceId: sequences[0]!.value };
}
const enroll = ({ record, sequenceId }: Awaited<ReturnType<typeof seen>>) =>
  sandbox.post('/sandbox/hubspot/workflow/run', { recordId: record.recordId, sequenceId });

test('after kill -9 everything a visitor saw is there, and the reply still stops the sequence', async () => {
  await sandbox.post('/sandbox/clock', { action: 'pause' });
  await enroll(await seen('card'));
  await sandbox.post('/sandbox/clock', { action: 'advance', seconds: 300 });
  const before = await seen('card');
  expect([before.mails.length, before.items.length]).toEqual([1, 1]);

  await restart();
  await sandbox.post('/sandbox/clock', { action: 'pause' });
  const after = await seen('card');
  expect(Date.parse(after.clock.now)).toBeGreaterThanOrEqual(Date.parse(before.clock.now));
  for (const what of ['record', 'items', 'mails', 'properties', 'runs'] as const)
    expect(after[what], what).toEqual(before[what]);

  await sandbox.post(`/sandbox/inbox/${after.mails[0]!.id}/act`, { kind: 'reply', text: 'Yes.' });
  await sandbox.post('/sandbox/clock', { action: 'advance', seconds: 60 });
  const end = await seen('card');
  expect(end.items.map(({ kind }) => kind)).toEqual(['email_in', 'email_out']);
  expect(end.properties.salesos_sequence_status).toContain('Stopped: the person replied.');
  // In each run the fakes are at other addresses; the three CRMs are connected all the same.
  await sandbox.post('/sandbox/clock', { action: 'advance', seconds: 86_400 });
  const { entries } = await sandbox.get<{ entries: LogEntry[] }>('/sandbox/log');
  expect(entries.filter(({ name }) => name === 'crm.disconnected')).toEqual([]);
}, 120_000);

test('killed at any moment of a send it starts again, and each mail arrives once', async () => {
  await sandbox.post('/sandbox/clock', { action: 'pause' });
  const { record, sequenceId } = await seen('workflow');
  for (const [round, milliseconds] of [5, 25, 60, 120, 250].entries()) {
    const going = round === 0 ? enroll(await seen('workflow')) : sandbox.post('/sandbox/clock', { action: 'next' });
    await Promise.race([going.catch(() => undefined), new Promise((over) => setTimeout(over, milliseconds))]);
    await restart();
  }
  await sandbox.post('/sandbox/hubspot/workflow/run', { recordId: record.recordId, sequenceId });
  await sandbox.post('/sandbox/clock', { action: 'advance', seconds: 10 * 86_400 });
  const { mails, items } = await seen('workflow');
  const subjects = mails.map(({ subject }) => subject).reverse();
  expect(subjects).toEqual(['Fewer tool shortages at Atelier Lumen', 'Re: Fewer tool shortages at Atelier Lumen']);
  expect(items.filter(({ kind }) => kind === 'email_out')).toHaveLength(2);
}, 180_000);
