import { asFailure, ask } from 'c/salesosApi';
import { fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

const searchDelayMilliseconds = 300;

/** A search over the published sequences, and the mailbox to send from. Tells by `choose` {sequenceId, mailboxId}. */
export default class SalesosSequenceChoice extends LightningElement {
  /** `{objectType, recordId}` for whom is chosen. */
  @api record;
  words = words;
  query = '';
  sequences = [];
  nextCursor = null;
  mailboxes = null;
  loading = false;
  failure = null;
  sequenceId = null;
  mailboxId = null;
  _turn = 0;
  _timer;

  connectedCallback() {
    this.load();
  }
  disconnectedCallback() {
    clearTimeout(this._timer);
  }

  /** The next page, or a new list when `cursor` is null; an answer that was overtaken is dropped. */
  async load(cursor = null) {
    this._turn += 1;
    const turn = this._turn;
    Object.assign(this, { loading: true, failure: null });
    try {
      const { query } = this;
      const answer = await ask('/cards/enroll/choices', { ...this.record, query, cursor });
      if (turn !== this._turn) return;
      this.sequences = cursor ? [...this.sequences, ...answer.sequences] : answer.sequences;
      this.nextCursor = answer.nextCursor;
      this.mailboxes = answer.mailboxes;
      this.mailboxId ??= this.usualMailboxId;
      this.tell();
    } catch (thrown) {
      if (turn === this._turn) this.failure = asFailure(thrown);
    } finally {
      if (turn === this._turn) this.loading = false;
    }
  }
  reload() {
    return this.load();
  }
  more() {
    return this.load(this.nextCursor);
  }
  search({ detail: { value } }) {
    clearTimeout(this._timer);
    // A search waits for a pause in typing; what comes too late is dropped with the component.
    // eslint-disable-next-line @lwc/lwc/no-async-operation
    this._timer = setTimeout(() => {
      if (value === this.query) return;
      this.query = value;
      this.load();
    }, searchDelayMilliseconds);
  }
  chooseSequence({ detail: { value } }) {
    this.sequenceId = value;
    this.tell();
  }
  chooseMailbox({ detail: { value } }) {
    this.mailboxId = value;
    this.tell();
  }
  tell() {
    const { sequenceId, mailboxId } = this;
    this.dispatchEvent(new CustomEvent('choose', { detail: { sequenceId, mailboxId } }));
  }

  get usable() {
    return this.mailboxes?.filter((mailbox) => mailbox.blockedBy === null) ?? [];
  }
  /** The rep's own mailbox where it can send, else the first that can. */
  get usualMailboxId() {
    return (this.usable.find((mailbox) => mailbox.isOwn) ?? this.usable[0])?.id ?? null;
  }
  get mailboxOptions() {
    return this.usable.map(({ id, address, isOwn }) => ({
      value: id,
      label: isOwn ? fill(words.yours, { address }) : address,
    }));
  }
  get blocked() {
    return (this.mailboxes ?? [])
      .filter((mailbox) => mailbox.blockedBy !== null)
      .map(({ id, address, blockedBy }) => ({ id, text: `${address}: ${blockedBy}` }));
  }
  get noMailbox() {
    return this.mailboxes && this.usable.length === 0;
  }
  get options() {
    return this.sequences.map(({ id, name, description }) => ({ value: id, label: name, description }));
  }
  get hasMore() {
    return this.nextCursor !== null && !this.loading;
  }
  get nothingFound() {
    return this.mailboxes && this.sequences.length === 0 && !this.loading && !this.failure;
  }
  get nothingFoundText() {
    return this.query === '' ? words.noSequences : fill(words.noSuchSequence, { query: this.query });
  }
}
