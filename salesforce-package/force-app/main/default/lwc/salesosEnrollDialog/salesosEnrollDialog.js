import { words } from 'c/salesosLabels';
import LightningModal from 'lightning/modal';
import { api } from 'lwc';

/** Enrolling from the card; resolves with SalesOS's answer, or nothing when it was cancelled. */
export default class SalesosEnrollDialog extends LightningModal {
  @api record;
  @api personName;
  words = words;
  state = { canEnroll: false, busy: false, label: words.enroll };

  handleChange({ detail }) {
    this.state = detail;
    // Closing in the middle would leave the rep without an answer.
    this.disableClose = detail.busy;
  }
  async confirm() {
    const answer = await this.refs.form.enroll();
    if (answer) this.close(answer);
  }
  cancel() {
    this.close();
  }
  get cannotConfirm() {
    return !this.state.canEnroll || this.state.busy;
  }
}
