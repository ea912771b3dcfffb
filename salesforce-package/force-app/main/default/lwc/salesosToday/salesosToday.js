import { asFailure, ask, createActs } from 'c/salesosApi';
import { when } from 'c/salesosFormat';
import { words } from 'c/salesosLabels';
import { NavigationMixin } from 'lightning/navigation';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { LightningElement } from 'lwc';

/** The utility bar: the tasks that wait for this rep, and the newest replies, over all records. */
export default class SalesosToday extends NavigationMixin(LightningElement) {
  words = words;
  today = null;
  failure = null;
  failedAct = null;
  loading = false;
  busy = false;
  announced = '';
  _perform = createActs();

  connectedCallback() {
    this.load();
  }

  async load() {
    if (this.loading) return;
    Object.assign(this, { loading: true, failure: null, failedAct: null });
    try {
      this.today = await ask('/cards/today', {});
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.loading = false;
    }
  }
  async complete({ detail: { taskId } }) {
    const { objectType, recordId } = this.today.tasks.find((task) => task.id === taskId).person;
    Object.assign(this, { busy: true, failedAct: null, announced: '' });
    try {
      const request = { objectType, recordId, taskId };
      const { message } = await this._perform(`complete:${taskId}`, '/cards/tasks/complete', request);
      this.announced = message;
      this.dispatchEvent(new ShowToastEvent({ title: message, variant: 'success' }));
      await this.load();
    } catch (thrown) {
      this.failedAct = asFailure(thrown);
    } finally {
      this.busy = false;
    }
  }
  openPersonOfTask({ detail: { taskId } }) {
    this.open(this.today.tasks.find((task) => task.id === taskId).person);
  }
  openPersonOfReply({ target: { value } }) {
    this.open(this.today.replies.find((reply) => reply.id === value).person);
  }
  open({ objectType: objectApiName, recordId }) {
    this[NavigationMixin.Navigate]({
      type: 'standard__recordPage',
      attributes: { recordId, objectApiName, actionName: 'view' },
    });
  }

  get hasNothing() {
    return this.failure && !this.today;
  }
  get isStale() {
    return this.failure && this.today;
  }
  get replies() {
    return this.today.replies.map((reply) => ({ ...reply, when: when(reply.at) }));
  }
}
