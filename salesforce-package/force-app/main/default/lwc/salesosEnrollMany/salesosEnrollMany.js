import { asFailure, createActs } from 'c/salesosApi';
import { enrollResultLabels, fill, words } from 'c/salesosLabels';
import { FlowNavigationFinishEvent } from 'lightning/flowSupport';
import { api, LightningElement } from 'lwc';

const themes = { enrolled: 'slds-theme_success', already_in: 'slds-badge_lightest', refused: 'slds-theme_warning' };

/** Enrolls the records chosen in a list, and says of each how it went. */
export default class SalesosEnrollMany extends LightningElement {
  words = words;
  choice = null;
  busy = false;
  failure = null;
  outcome = null;
  _perform = createActs();

  /** The chosen records' ids, from the list view's button. */
  @api ids = [];
  /** Contact or Lead. */
  @api objectApiName;

  handleChoose({ detail: { sequenceId, mailboxId } }) {
    this.choice = sequenceId && mailboxId ? { sequenceId, mailboxId } : null;
    this.failure = null;
  }
  async enroll() {
    const { choice } = this;
    Object.assign(this, { busy: true, failure: null });
    try {
      const act = `enroll-many:${choice.sequenceId}:${choice.mailboxId}`;
      const request = { objectType: this.objectApiName, recordIds: [...this.ids], ...choice };
      this.outcome = await this._perform(act, '/cards/enroll/many', request);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.busy = false;
    }
  }
  finish() {
    this.dispatchEvent(new FlowNavigationFinishEvent());
  }

  get hasIds() {
    return this.ids?.length > 0;
  }
  get tooMany() {
    return this.ids?.length > words.mostAtOnce;
  }
  get tooManyText() {
    return fill(words.tooManyText, { count: this.ids.length, most: words.mostAtOnce });
  }
  get canChoose() {
    return this.hasIds && !this.tooMany && !this.outcome;
  }
  get title() {
    return fill(words.enrollManyTitle, { count: this.ids.length });
  }
  get firstRecord() {
    return { objectType: this.objectApiName, recordId: this.ids[0] };
  }
  get cannotEnroll() {
    return !this.choice || this.busy;
  }
  get enrollLabel() {
    return this.failure ? words.retry : words.enroll;
  }
  get rows() {
    return this.outcome.results.map((row) => ({
      ...row,
      shownName: row.name ?? row.recordId,
      label: enrollResultLabels[row.result],
      labelClass: `slds-badge slds-m-left_x-small ${themes[row.result]}`,
    }));
  }
}
