import { describe, expect, it } from 'vitest';
import { InvalidInput, NotFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { archiveTemplate, updateTemplate } from '../email/index.ts';
import {
  archiveSequence,
  createSequence,
  getSequence,
  listSequences,
  publishSequence,
  updateSequence,
} from './author.ts';
import { readRunnable } from './sequence-queries.ts';
import { call, startSequenceWorld, wait } from './sequences.harness.ts';

const world = await startSequenceWorld();
const draft = async (ctx: Parameters<typeof world.steps>[0]) =>
  createSequence(ctx, { name: 'First contact', description: '', definition: world.define(await world.steps(ctx)) });

describe('a sequence', () => {
  it('begins as a draft and is published with the words its mails have now', async () => {
    const ctx = await world.tenant();
    const { id, status, publishedVersion } = await draft(ctx);
    expect([status, publishedVersion]).toEqual(['draft', null]);
    expect(await publishSequence(ctx, id)).toMatchObject({ status: 'published', publishedVersion: 1 });
    expect((await readRunnable(ctx, id, 1)).templateVersions).toEqual([1, null, 1, null, null]);
    expect(await world.events(ctx, 'sequence.published')).toEqual([{ sequenceId: id, version: 1 }]);
  });

  it('keeps a published version as it is: new steps and new words are new versions', async () => {
    const ctx = await world.tenant();
    const { id } = await draft(ctx);
    await publishSequence(ctx, id);
    const before = await readRunnable(ctx, id, 1);
    const changed = await updateSequence(ctx, id, { definition: world.define([call, wait(1), call]) });
    expect(changed).toMatchObject({ publishedVersion: 1, latestVersion: 2 });
    expect(await publishSequence(ctx, id)).toMatchObject({ publishedVersion: 2 });
    expect(await readRunnable(ctx, id, 1)).toEqual(before);
  });

  it('takes over newer words of its templates when it is published again, and else stays as it is', async () => {
    const ctx = await world.tenant();
    const { id, definition } = await draft(ctx);
    await publishSequence(ctx, id);
    expect(await publishSequence(ctx, id)).toMatchObject({ publishedVersion: 1, latestVersion: 1 });
    const [first] = definition.steps;
    if (first?.kind !== 'email') throw new Error('no mail');
    await updateTemplate(ctx, first.templateId, { text: 'Hello {{first_name}}' });
    expect(await publishSequence(ctx, id)).toMatchObject({ publishedVersion: 2 });
    expect((await readRunnable(ctx, id, 2)).templateVersions).toEqual([2, null, 1, null, null]);
    expect((await readRunnable(ctx, id, 1)).templateVersions).toEqual([1, null, 1, null, null]);
    expect(await world.events(ctx, 'sequence.published')).toHaveLength(2);
  });

  it('is not made a new version by the same steps or another name', async () => {
    const ctx = await world.tenant();
    const { id, definition } = await draft(ctx);
    expect(await updateSequence(ctx, id, { name: 'Second contact', definition })).toMatchObject({
      name: 'Second contact',
      latestVersion: 1,
    });
  });

  it('refuses templates that are not there, archived, or somebody else’s, and names the steps', async () => {
    const [ctx, other] = [await world.tenant(), await world.tenant('Other')];
    const [archived, foreign] = [await world.template(ctx), await world.template(other)];
    await archiveTemplate(ctx, archived.id);
    const mail = (templateId: string) => ({ kind: 'email', templateId }) as const;
    const steps = [mail(newId(world.now())), wait(1), mail(archived.id), wait(1), mail(foreign.id)];
    const refused = createSequence(ctx, { name: 'x', description: '', definition: world.define(steps) });
    await expect(refused).rejects.toThrow(InvalidInput);
    await expect(refused).rejects.toMatchObject({
      fields: [
        { pointer: '/definition/steps/0/templateId', code: 'not_found' },
        { pointer: '/definition/steps/2/templateId', code: 'archived' },
        { pointer: '/definition/steps/4/templateId', code: 'not_found' },
      ],
    });
    expect(await listSequences(ctx, { before: null, limit: 10 })).toEqual([]);
  });

  it('cannot be changed or published once it is archived', async () => {
    const ctx = await world.tenant();
    const { id } = await draft(ctx);
    await archiveSequence(ctx, id);
    expect(await archiveSequence(ctx, id)).toMatchObject({ status: 'archived' });
    await expect(updateSequence(ctx, id, { name: 'x' })).rejects.toThrow('archived');
    await expect(publishSequence(ctx, id)).rejects.toThrow('archived');
    expect(await world.events(ctx, 'sequence.archived')).toHaveLength(1);
  });

  it('makes two versions when two authors change it at once', async () => {
    const ctx = await world.tenant();
    const { id } = await draft(ctx);
    await Promise.all(
      [1, 2].map((days) => updateSequence(ctx, id, { definition: world.define([call, wait(days), call]) })),
    );
    expect(await getSequence(ctx, id)).toMatchObject({ latestVersion: 3 });
  });

  it('is listed newest first, by status and by a part of its name, page by page', async () => {
    const ctx = await world.tenant();
    const all = [await draft(ctx), await draft(ctx), await draft(ctx)].map(({ id }) => id).sort();
    await updateSequence(ctx, all[0]!, { name: '100% new' });
    const ids = async (filter: { query?: string; status?: 'draft'; before?: string; limit?: number }) =>
      (await listSequences(ctx, { before: null, limit: 10, ...filter })).map(({ id }) => id);
    expect(await ids({ status: 'draft' })).toEqual(all.toReversed());
    expect(await ids({ query: '100%' })).toEqual([all[0]]);
    expect(await ids({ query: '1_0' })).toEqual([]);
    expect(await ids({ before: all[2]!, limit: 1 })).toEqual([all[1]]);
  });

  it('of another tenant is not there', async () => {
    const [ctx, other] = [await world.tenant(), await world.tenant('Other')];
    const { id } = await draft(ctx);
    for (const act of [
      () => getSequence(other, id),
      () => updateSequence(other, id, { name: 'mine' }),
      () => publishSequence(other, id),
      () => archiveSequence(other, id),
    ])
      await expect(act()).rejects.toThrow(NotFound);
    expect(await listSequences(other, { before: null, limit: 10 })).toEqual([]);
    expect(await getSequence(ctx, id)).toMatchObject({ name: 'First contact', status: 'draft' });
  });
});
