import { startChild } from './child.ts';
import { openLimitPipeline } from './limit-pipeline.ts';
import { cpuCost, interleave, medianOf, perOperation, ratioOf, type Sample, watchCpu } from './measure.ts';
import { type Bench, type Figure, round, type Scale } from './report.ts';
import { openScratch } from './scratch.ts';
import { openSendLoad } from './send-load.ts';

const mailboxes = 1000;
/** What listmonk's maintainer reports of one instance: about 50,000 mails a minute. */
const listmonkPerSecond = 833;

export const bench: Bench = {
  name: 'send',
  about: `the send engine end to end, ${mailboxes} mailboxes with one mail each in turn`,
  async run({ rounds, size }: Scale): Promise<Figure[]> {
    const provider = await startChild('provider.ts');
    const scratch = await openScratch();
    const count = Math.round(3000 * size);
    const load = await openSendLoad(scratch.database, mailboxes, provider.port);
    const limit = await openLimitPipeline(scratch.url, provider.port);
    const cpu = await watchCpu(scratch.database.db, 'postgres');
    try {
      const samples = await interleave(rounds, {
        async ours(): Promise<Sample> {
          await load.clear();
          await load.schedule(count);
          await load.release(count);
          const sample = await perOperation(cpu, count, () => load.send());
          const sent = await load.sent();
          if (sent !== count) throw new Error(`Of ${count} mails ${sent} were sent.`);
          return sample;
        },
        async limit(): Promise<Sample> {
          await limit.prepare(count);
          return perOperation(cpu, count, () => limit.send(count));
        },
      });
      const perCore = (name: keyof typeof samples) =>
        `${round(medianOf(samples[name], 'perCoreSecond'))} mails/s, ${cpuCost(samples[name])}`;
      const perSecond = medianOf(samples.ours, 'perSecond');
      return [
        {
          what: `Send engine, ${round(mailboxes)} mailboxes, per core`,
          ours: perCore('ours'),
          anchor: `${perCore('limit')} (limit pipeline)`,
          ratio: ratioOf(samples.ours, samples.limit, 'perCoreSecond'),
          goal: { atLeast: 0.6 },
          boundBy: 'two HTTP calls a mail against one, and the rows that prove why it was sent',
        },
        {
          what: 'The same by the clock, with database and provider on the same machine',
          ours: `${round(perSecond)} mails/s`,
          anchor: `${listmonkPerSecond} mails/s (listmonk, published)`,
          ratio: perSecond / listmonkPerSecond,
          goal: { atLeast: 1.5 },
          boundBy: 'the CPU of one Node process',
        },
      ];
    } finally {
      await load.stop();
      await limit.close();
      await scratch.drop();
      await provider.stop();
    }
  },
};
