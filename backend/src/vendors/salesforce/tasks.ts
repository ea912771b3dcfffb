/** The sequence's tasks in the rep's task list: made once, then kept as they are on our side. */
import type { CrmAccount, TaskActivity, WriteResult } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';
import { shortened } from './fields.ts';
import { personType } from './person.ts';
import { afterReading, findPlaces, gone, type Place } from './places.ts';
import { findTasks, referenceText } from './task-reference.ts';
import { type Row, writeRows } from './write-rows.ts';

/** When a task was made says nothing about when it is due: all of them are looked through. */
const beginning = new Date(0);

/** One result per task, in order. */
export async function writeTasks(
  api: SalesforceApi,
  account: CrmAccount,
  tasks: TaskActivity[],
): Promise<WriteResult[]> {
  const read = async () => {
    const places = await findPlaces(
      api,
      account,
      tasks.map(({ recordId }) => recordId),
    );
    const unsure = tasks.filter((task) => task.maybeWritten && task.crmId === null && places.has(task.recordId));
    const wanted = unsure.map(({ key, recordId }) => ({ key, whoId: places.get(recordId)!.id }));
    return {
      places,
      known: wanted.length > 0 ? await findTasks(api, account, 'Task', wanted, beginning) : new Map<string, string>(),
    };
  };
  return afterReading(tasks, read, async ({ places, known }) => {
    // By key, so that a task named twice in one call is written once, as the later one says.
    const latest = [...new Map(tasks.map((task) => [task.key, task])).values()];
    const rows = latest.flatMap((task) => {
      const place = places.get(task.recordId);
      const id = task.crmId ?? known.get(task.key);
      return place ? [{ key: task.key, isNew: id === undefined, row: toRow(task, place, id) }] : [];
    });
    const results = new Map<string, WriteResult>();
    for (const isNew of [true, false]) {
      const some = rows.filter((one) => one.isNew === isNew);
      const written = await writeRows(
        api,
        account,
        { verb: isNew ? 'create' : 'update', type: 'Task' },
        some.map(({ row }) => row),
      );
      for (const [index, result] of written.entries()) results.set(some[index]!.key, result);
    }
    return tasks.map(({ key }) => results.get(key) ?? gone);
  });
}

function toRow(task: TaskActivity, place: Place, id: string | undefined): Row {
  const isLead = personType(place.id) === 'Lead';
  const kept = {
    Subject: shortened(task.title),
    Description: referenceText(task.note, task.key),
    Status: task.isDone ? 'Completed' : 'Not Started',
    ActivityDate: task.dueAt.toISOString().slice(0, 10),
    ...(task.ownerId === null ? {} : { OwnerId: task.ownerId }),
  };
  if (id !== undefined) return { ...kept, Id: id };
  const related = place.accountId === null || isLead ? {} : { WhatId: place.accountId };
  return { ...kept, TaskSubtype: 'Task', Priority: 'Normal', WhoId: place.id, ...related };
}
