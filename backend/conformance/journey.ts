/** One journey, walked through one CRM's own entrance; what was seen of each promise is a row. */
import type { EnrollPreview } from '@salesos/shared/cards.ts';
import type { OpenApp } from '../testing/open-app.ts';
import { cardOf, type Entrance } from './entrance.ts';

export interface Row {
  promise: string;
  seen: string;
}

const kim = 'kim.larsen@fjordworks.example';
const alex = 'alex.moreau@atelier-lumen.example';
const sequenceName = 'Workshop introduction';
/** A desktop's mail program, as far as a server sees it. */
const desktop = {
  'user-agent':
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
};

export async function runJourney(app: OpenApp, entrance: Entrance): Promise<Row[]> {
  const rows: Row[] = [];
  const see = (promise: string, seen: string) => rows.push({ promise, seen });
  const { sequenceId, mailboxId } = app.home;
  const record = entrance.recordId(kim);
  const sequence = { id: sequenceId, name: sequenceName };
  const received = async (address: string) =>
    (await app.inbox.list(address)).filter(({ direction }) => direction === 'received').reverse();
  const lastMail = async (address: string) => (await app.inbox.detail((await received(address)).at(-1)!.id))!;
  const visit = async (pattern: RegExp) => {
    const url = pattern.exec((await lastMail(kim)).html ?? '')?.[1];
    await fetch(url ?? '', { headers: desktop, redirect: 'manual' });
    await app.settle();
  };
  const outputs = async (action: string, recordId: string) => {
    const { result, errorCode } = await entrance.act(action, recordId, sequence);
    await app.settle();
    return errorCode ? `${result} ${errorCode}` : String(result);
  };

  see('A request that is not this CRM’s is refused', String(await entrance.forge('/cards/contact', record)));
  see('Before: what the card says', (await cardOf(entrance, kim)).headline);

  const preview = await entrance.ask('/cards/enroll/preview', record, { sequenceId, mailboxId });
  const planned = (preview.body as unknown as EnrollPreview).steps.flatMap(({ kind, at }) =>
    kind === 'email' ? [at] : [],
  );
  await entrance.ask('/cards/enroll', record, { sequenceId, mailboxId, idempotencyKey: 'once' });
  await entrance.ask('/cards/enroll', record, { sequenceId, mailboxId, idempotencyKey: 'once' });
  await app.settle();
  see('Enrolled from the card, pressed twice: mails', String((await received(kim)).length));
  see('What happens next, in the card’s words', (await cardOf(entrance, kim)).headline);

  // Whoever opens a mail in the second it arrives is a mail scanner.
  await app.advance(600);
  await visit(/<img[^>]+src="([^"]+\/t\/o\/[^"]+)"/);
  await visit(/<a href="([^"]+\/t\/c\/[^"]+)"/);
  await app.advance(60);
  const { score } = await cardOf(entrance, kim);
  const sum = score.lines.reduce((total, { points }) => total + points, 0);
  see(
    'The score is the sum of its lines, and stands in the CRM’s field',
    `${score.lines.map(({ points }) => points).join(' + ')} = ${round(sum)}; shown ${score.value}; field ${fieldOf(entrance, record, /score$|score__c$/i)}`,
  );

  await app.jump('2027-01-06T12:00:00Z');
  const sentAt = (await received(kim)).map(({ at }) => at.slice(0, 16));
  see(
    'The preview is the run: first two mails',
    sentAt.join() ===
      planned
        .slice(0, 2)
        .map((at) => at.slice(0, 16))
        .join()
      ? 'at the previewed minute'
      : `${sentAt} instead of ${planned}`,
  );

  await app.inbox.act((await received(kim)).at(-1)!.id, { kind: 'reply', text: 'Sounds good. Tuesday?' });
  await app.advance(180);
  const after = await cardOf(entrance, kim);
  see('After a reply', after.enrollments[0]?.sentence ?? '');
  see('… and in the CRM’s own field', fieldOf(entrance, record, /status(__c)?$/i));
  await app.advance(30 * 86_400);
  see('… mails in the 30 days after it', String((await received(kim)).length - sentAt.length));
  const kinds = entrance.view.timeline(record).map(({ kind, title }) => `${kind === 'email_in' ? '←' : '→'} ${title}`);
  see('Sent mails and the reply on the record, each once', kinds.reverse().join('; '));
  const why = await entrance.ask('/cards/decisions', record);
  const decisions = (why.body as unknown as { decisions: { subject: string; reason: string }[] }).decisions;
  see('Why it stopped, from the ledger', decisions.find(({ subject }) => subject === 'enrollment.stop')?.reason ?? '');

  const other = entrance.recordId(alex);
  see('A workflow enrolls', await outputs('enroll', other));
  see('… the same person again', await outputs('enroll', other));
  see(
    '… pauses, resumes, stops',
    [await outputs('pause', other), await outputs('resume', other), await outputs('stop', other)].join(', '),
  );
  see('… a record without an address', await outputs('enroll', entrance.addWithoutAddress()));
  await app.inbox.act((await received(alex)).at(-1)!.id, { kind: 'unsubscribe' });
  await app.settle();
  see('… somebody who unsubscribed', await outputs('enroll', other));
  see('What the card says of them', (await cardOf(entrance, alex)).cannotEnroll?.sentence ?? '');
  return rows;
}

const fieldOf = ({ view }: Entrance, recordId: string, name: RegExp): string => {
  const { properties = {} } = view.record(recordId) ?? {};
  const found = Object.entries(properties).find(([key]) => /^salesos/i.test(key) && name.test(key));
  return found?.[1] ?? '';
};

const round = (value: number): number => Math.round(value * 10) / 10;
