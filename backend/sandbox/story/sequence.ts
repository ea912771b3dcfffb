/** The sequence that the sandbox comes with. */
import { defaultSendWindow } from '@salesos/shared/sequence.ts';
import { type Ctx, inTransaction } from '../../src/core/ctx.ts';
import { createTemplate } from '../../src/email/index.ts';
import { createSequence, publishSequence } from '../../src/sequences/index.ts';

const mails = [
  {
    name: 'First hello',
    subject: 'Fewer tool shortages at {{fallback company_name "your workshop"}}',
    html: `<p>Hi {{fallback first_name "there"}},</p>
<p>Teams like yours at {{fallback company_name "your company"}} lose about two hours a week looking for tools. Our cabinets count
themselves, so nothing runs out unnoticed.</p>
<p>Here is a <a href="https://northwind-tools.example/tour">three-minute tour</a>, and <a href="https://northwind-tools.example/prices">what it costs</a>.</p>
<p>Would a short call next week make sense?</p>
<p>{{sender_name}}</p>`,
  },
  {
    name: 'Short reminder',
    subject: 'A short reminder',
    html: `<p>Hi {{fallback first_name "there"}},</p>
<p>Did you get a chance to look at the <a href="https://northwind-tools.example/tour">tour</a>? If somebody else looks after tools at
{{fallback company_name "your company"}}, I am happy to write to them instead.</p>
<p>{{sender_name}}</p>`,
  },
  {
    name: 'Last note',
    subject: 'Closing the loop',
    html: `<p>Hi {{fallback first_name "there"}},</p>
<p>I will stop writing after this one. If fewer shortages become a topic, <a href="https://northwind-tools.example/contact">here is my calendar</a>.</p>
<p>{{sender_name}}</p>`,
  },
];

/** Writes and publishes the sequence; all of it or nothing. */
export const writeSequence = (ctx: Ctx): Promise<string> =>
  inTransaction(ctx, async (ctx) => {
    const templates = [];
    for (const mail of mails) templates.push(await createTemplate(ctx, { ...mail, text: null }));
    const [first, second, third] = templates.map(({ id }) => id);
    const { id } = await createSequence(ctx, {
      name: 'Workshop introduction',
      description: 'Three mails and a call over two weeks, for people who run a workshop.',
      definition: {
        sendWindow: defaultSendWindow,
        holidays: [],
        steps: [
          { kind: 'email', templateId: first!, replyInThread: false },
          { kind: 'wait', amount: 2, unit: 'business_days' },
          { kind: 'email', templateId: second!, replyInThread: true },
          { kind: 'wait', amount: 3, unit: 'business_days' },
          {
            kind: 'task',
            title: 'Call them',
            note: 'Ask who orders the tools and how often something runs out.',
          },
          { kind: 'wait', amount: 4, unit: 'business_days' },
          { kind: 'email', templateId: third!, replyInThread: true },
        ],
      },
    });
    await publishSequence(ctx, id);
    return id;
  });
