import { asFailure, createActs } from 'c/salesosApi';
import { fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/**
 * Choose a sequence and a mailbox, see what would happen. The container shows the buttons: it is told by `statechange`
 * {canEnroll, busy, label} what the confirming one may do, and calls `enroll()`, which resolves with SalesOS's answer or null.
 */
export default class SalesosEnroll extends LightningElement {
  @api record;
  @api personName = '';
  choice = null;
  /** The preview on screen refuses nothing. */
  canEnroll = false;
  busy = false;
  failure = null;
  _perform = createActs();
  _shownFailure = null;

  /** A failure may stand below a long preview, where nobody would see it. */
  renderedCallback() {
    if (this.failure === this._shownFailure) return;
    this._shownFailure = this.failure;
    this.refs.failed?.scrollIntoView({ block: 'end' });
  }

  handleChoose({ detail: { sequenceId, mailboxId } }) {
    const isComplete = sequenceId && mailboxId;
    if (isComplete && this.choice?.sequenceId === sequenceId && this.choice.mailboxId === mailboxId) return;
    this.choice = isComplete ? { sequenceId, mailboxId } : null;
    this.change({ canEnroll: false, failure: null });
  }
  handleReady({ detail: { canEnroll } }) {
    this.change({ canEnroll });
  }

  @api
  async enroll() {
    if (!this.canEnroll || this.busy) return null;
    const { choice } = this;
    this.change({ busy: true, failure: null });
    try {
      const act = `enroll:${choice.sequenceId}:${choice.mailboxId}`;
      return await this._perform(act, '/cards/enroll', { ...this.record, ...choice });
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return null;
    } finally {
      this.change({ busy: false });
    }
  }

  change(state) {
    Object.assign(this, state);
    const { canEnroll, busy, failure, personName: name } = this;
    const label = failure ? words.retry : fill(words.enrollName, { name });
    this.dispatchEvent(new CustomEvent('statechange', { detail: { canEnroll, busy, label } }));
  }

  get failedHeading() {
    return fill(words.notEnrolled, { name: this.personName });
  }
}
