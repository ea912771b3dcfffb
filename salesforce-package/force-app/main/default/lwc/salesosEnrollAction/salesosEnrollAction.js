import { asFailure, ask } from 'c/salesosApi';
import { fill, words } from 'c/salesosLabels';
import { CloseActionScreenEvent } from 'lightning/actions';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { notifyRecordUpdateAvailable } from 'lightning/uiRecordApi';
import { api, LightningElement } from 'lwc';

/** The quick action “Enroll in sequence” of a contact or lead: the same form as in the card. */
export default class SalesosEnrollAction extends LightningElement {
  words = words;
  card = null;
  failure = null;
  state = { canEnroll: false, busy: false, label: words.enroll };
  _recordId;
  _objectApiName;

  // A quick action is given its record after it was connected.
  @api
  get recordId() {
    return this._recordId;
  }
  set recordId(value) {
    this._recordId = value;
    this.load();
  }
  @api
  get objectApiName() {
    return this._objectApiName;
  }
  set objectApiName(value) {
    this._objectApiName = value;
    this.load();
  }

  async load() {
    if (!this._recordId || !this._objectApiName) return;
    this.failure = null;
    try {
      this.card = await ask('/cards/contact', this.record);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }
  handleChange({ detail }) {
    this.state = detail;
  }
  async confirm() {
    const answer = await this.refs.form.enroll();
    if (!answer) return;
    this.dispatchEvent(new ShowToastEvent({ title: answer.message, variant: 'success' }));
    notifyRecordUpdateAvailable([{ recordId: this._recordId }]);
    this.cancel();
  }
  cancel() {
    this.dispatchEvent(new CloseActionScreenEvent());
  }

  get record() {
    return { objectType: this._objectApiName, recordId: this._recordId };
  }
  get title() {
    return this.card ? fill(words.enrollTitle, { name: this.card.person.name }) : words.enroll;
  }
  get isWaiting() {
    return !this.card && !this.failure;
  }
  get canChoose() {
    return this.card && !this.card.cannotEnroll;
  }
  get cannotConfirm() {
    return !this.state.canEnroll || this.state.busy;
  }
}
