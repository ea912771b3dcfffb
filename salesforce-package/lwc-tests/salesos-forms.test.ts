/** The generated module works as the one it is made of, in which the other CRMs' forms are tested. */
import * as shared from '@salesos/shared/surface/mailbox-draft.ts';
import { waysToConnect } from '@salesos/shared/surface/settings-words.ts';
import * as generated from 'c/salesosForms';
import { expect, test } from 'vitest';
import { someSettings } from '../../hubspot-app/testing/fixtures.ts';

const mailbox = someSettings().mailboxes[0]!;

test('a mailbox’s form has the same fields, finds the same faults and makes the same change', () => {
  const { rows, folded } = shared.mailboxForm;
  expect([generated.mailboxForm.rows, generated.mailboxForm.folded]).toEqual([rows, folded]);
  const draft = shared.mailboxForm.draftOf(mailbox);
  expect(generated.mailboxForm.draftOf(mailbox)).toEqual(draft);
  for (const part of [
    { dailyCap: 50, from: '9.30', to: '17:00' },
    { startPerDay: 10 },
    { aliases: 'a@b.test, c@d.test' },
  ])
    for (const act of ['whatIsWrong', 'changeOf'] as const) {
      const given = act === 'changeOf' ? [mailbox, { ...draft, ...part }] : [{ ...draft, ...part }];
      const [ours, theirs] = [generated.mailboxForm, shared.mailboxForm].map((form) =>
        (form[act] as (...given: unknown[]) => unknown)(...given),
      );
      expect(ours).toEqual(theirs);
    }
});

test('the same CRMs are offered', () => {
  const { crms } = someSettings();
  expect(generated.waysToConnect(crms)).toEqual(waysToConnect(crms));
});
