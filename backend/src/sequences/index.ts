/** Sequences: what is sent to whom and when, who is in them, and what a colleague has to do. */
export {
  archiveSequence,
  createSequence,
  getSequence,
  listSequences,
  publishSequence,
  type Sequence,
  type SequenceInput,
  updateSequence,
} from './author.ts';
export { type EnrollInput, type EnrollManyInput, enroll, enrollMany, tryEnroll } from './enroll.ts';
export { enrollmentCards, getEnrollment, listEnrollments } from './enrollment-cards.ts';
export type { Enrollment, EnrollmentFilter } from './enrollment-queries.ts';
export { pauseEnrollment } from './pause.ts';
export { previewEnrollment } from './preview.ts';
export { howToFix } from './refusals.ts';
export { resumeEnrollment } from './resume.ts';
export { readSequenceNames as sequenceNames } from './sequence-queries.ts';
export { stopEnrollment, stopSequences } from './stop.ts';
export { readDueTasks as listDueTasks, readTasksById as tasksById, type Task } from './task-queries.ts';
export { completeTask, listTasks } from './tasks.ts';
