import { asFailure, ask } from 'c/salesosApi';
import { fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** The published sequences with the ids by which Flow knows them; the same choices as in Flow's own action. */
export default class SalesosSequenceIds extends LightningElement {
  words = words;
  sequences = [];
  nextCursor = null;
  failure = null;
  loading = false;

  connectedCallback() {
    this.load();
  }

  /** Begins anew. */
  @api
  load() {
    Object.assign(this, { sequences: [], nextCursor: null });
    return this.more();
  }
  async more() {
    Object.assign(this, { loading: true, failure: null });
    try {
      const request = { inputName: 'sequenceId', query: '', after: this.nextCursor };
      const { options, after } = await ask('/salesforce/actions/options', request);
      this.sequences = [...this.sequences, ...options];
      this.nextCursor = after;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.loading = false;
    }
  }

  get rows() {
    return this.sequences.map((sequence) => ({ ...sequence, name: fill(words.idOf, { name: sequence.label }) }));
  }
  get hasMore() {
    return this.nextCursor !== null;
  }
}
