import { asFailure, ask } from 'c/salesosApi';
import { when } from 'c/salesosFormat';
import { fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** What would happen with a choice; nothing is stored by looking. Tells by `ready` {canEnroll, choice}. */
export default class SalesosPreview extends LightningElement {
  @api record;
  words = words;
  preview = null;
  failure = null;
  _turn = 0;

  _choice;
  /** `{sequenceId, mailboxId}`; another one is worked out anew. */
  @api
  get choice() {
    return this._choice;
  }
  set choice(value) {
    this._choice = value;
    if (this.isConnected) this.load();
  }

  connectedCallback() {
    this.load();
  }

  async load() {
    this._turn += 1;
    const turn = this._turn;
    const { choice } = this;
    Object.assign(this, { preview: null, failure: null });
    try {
      const preview = await ask('/cards/enroll/preview', { ...this.record, ...choice });
      if (turn !== this._turn) return;
      this.preview = preview;
      const canEnroll = preview.refusal === null;
      this.dispatchEvent(new CustomEvent('ready', { detail: { canEnroll, choice } }));
    } catch (thrown) {
      if (turn === this._turn) this.failure = asFailure(thrown);
    }
  }

  get isWaiting() {
    return !this.preview && !this.failure;
  }
  get heading() {
    return this.preview.refusal ? words.sequenceHolds : words.wouldHappen;
  }
  get steps() {
    return this.preview.steps.map((step) => ({
      ...step,
      heading: `${step.index + 1}. ${step.label}`,
      when: when(step.at),
      mailHeading: step.email ? fill(words.mail, step.email) : null,
      isOpen: step.index === 0,
    }));
  }
}
