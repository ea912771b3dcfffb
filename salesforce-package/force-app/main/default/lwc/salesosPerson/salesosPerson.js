import { asFailure, ask, createActs } from 'c/salesosApi';
import EnrollDialog from 'c/salesosEnrollDialog';
import { tierBadge } from 'c/salesosFormat';
import { fill, words } from 'c/salesosLabels';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { getRecord, notifyRecordUpdateAvailable } from 'lightning/uiRecordApi';
import { api, LightningElement, wire } from 'lwc';

const undoOf = { pause: 'resume', resume: 'pause' };

/** Everything SalesOS knows about one person, and what a rep can do about it. */
export default class SalesosPerson extends LightningElement {
  words = words;
  card = null;
  failure = null;
  loading = false;
  /** The write under way, as in `stop:5f2c…`. */
  busy = null;
  /** The write that failed: `{failure, retry}`. */
  failed = null;
  /** The last write that can be taken back: `{message, undo}`. */
  change = null;
  /** What a screen reader says after a change. */
  announced = '';

  _record;
  _perform = createActs();
  _turn = 0;
  _seen = null;

  /** `{objectType, recordId}`; another one loads another card. */
  @api
  get record() {
    return this._record;
  }
  set record(value) {
    const other = value?.recordId !== this._record?.recordId || value?.objectType !== this._record?.objectType;
    this._record = value;
    if (!other) return;
    Object.assign(this, { card: null, failure: null, failed: null, change: null, _seen: null });
    this.load();
  }

  /** The platform tells when the record changed: a reply or a score arrived. */
  @wire(getRecord, { recordId: '$_record.recordId', fields: '$watchedFields' })
  watchRecord({ data }) {
    if (!data) return;
    const isNew = this._seen !== null && this._seen !== data.lastModifiedDate;
    this._seen = data.lastModifiedDate;
    if (isNew) this.load();
  }
  get watchedFields() {
    return [`${this._record.objectType}.LastModifiedDate`];
  }

  async load() {
    this._turn += 1;
    const turn = this._turn;
    this.loading = true;
    try {
      const card = await ask('/cards/contact', { ...this._record });
      if (turn === this._turn) Object.assign(this, { card, failure: null });
    } catch (thrown) {
      if (turn === this._turn) this.failure = asFailure(thrown);
    } finally {
      if (turn === this._turn) this.loading = false;
    }
  }

  async write(act, target, path, request) {
    if (this.busy) return;
    const { recordId } = this._record;
    this.busy = `${act}:${target}`;
    this.failed = null;
    this.announced = '';
    try {
      const answer = await this._perform(this.busy, path, { ...this._record, ...request });
      if (recordId === this._record.recordId) this.show(answer, undoOf[act], request);
    } catch (thrown) {
      this.failed = { failure: asFailure(thrown), retry: () => this.write(act, target, path, request) };
    } finally {
      this.busy = null;
    }
  }

  /** The fresh card that every write brings. */
  show({ card, message }, undoAct = null, request = null) {
    this._turn += 1;
    Object.assign(this, { card, failure: null, loading: false, announced: message });
    this.change = undoAct ? { message, undo: () => this.actOn(undoAct, request.enrollmentId) } : null;
    this.dispatchEvent(new ShowToastEvent({ title: message, variant: 'success' }));
    notifyRecordUpdateAvailable([{ recordId: this._record.recordId }]);
  }

  actOn(act, enrollmentId) {
    return this.write(act, enrollmentId, `/cards/enrollments/${act}`, { enrollmentId });
  }
  handleAct({ detail: { act, enrollmentId } }) {
    this.actOn(act, enrollmentId);
  }
  handleComplete({ detail: { taskId } }) {
    this.write('complete', taskId, '/cards/tasks/complete', { taskId });
  }
  retryAct() {
    this.failed.retry();
  }
  undo() {
    this.change.undo();
  }
  refresh() {
    Object.assign(this, { change: null, failed: null, announced: '' });
    this.load();
  }
  async openEnroll() {
    const { name } = this.card.person;
    const label = fill(words.enrollTitle, { name });
    const answer = await EnrollDialog.open({ size: 'medium', label, record: { ...this._record }, personName: name });
    if (answer) this.show(answer);
    this.refs.enroll?.focus();
  }

  get isBusy() {
    return this.busy !== null;
  }
  get hasNothing() {
    return !this.card && this.failure && !this.loading;
  }
  get isFirstLoad() {
    return !this.card && !this.hasNothing;
  }
  get isStale() {
    return this.card && this.failure;
  }
  get canUndo() {
    return this.change && !this.failed;
  }
  get problems() {
    return this.card.problems.map((problem) => ({ ...problem, key: `${problem.code} ${problem.at}` }));
  }
  get scoreLabel() {
    return fill(words.score, this.card.score);
  }
  get scoreClass() {
    return tierBadge(this.card.score.tier);
  }
  get times() {
    const { name, timeZone, timeZoneSource: source } = this.card.person;
    return fill(words.times, { name, timeZone, source });
  }
  get tasksLabel() {
    return fill(words.tasks, { count: this.card.tasks.length });
  }
  get inNoSequenceText() {
    return fill(words.inNoSequenceText, { name: this.card.person.name });
  }
}
