import { asFailure, ask } from 'c/salesosApi';
import { when } from 'c/salesosFormat';
import { evidenceLabels, fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

const kinds = {
  activity: {
    load: (record, cursor) => ask('/cards/activity', { ...record, cursor }),
    row: ({ id, at, title, detail, evidence }) => ({
      id,
      heading: title,
      text: detail,
      note: evidence ? `${when(at)}, ${evidenceLabels[evidence]}` : when(at),
    }),
    more: words.olderActivity,
    emptyHeading: words.nothingYet,
    emptyText: words.nothingYetText,
  },
  decisions: {
    load: async (record, cursor) => {
      const { decisions, nextCursor } = await ask('/cards/decisions', { ...record, cursor });
      return { items: decisions, nextCursor };
    },
    row: ({ id, at, outcome, reason, ruleVersion }) => ({
      id,
      heading: outcome,
      text: reason,
      note: fill(words.rule, { when: when(at), version: ruleVersion }),
    }),
    more: words.olderChoices,
    emptyHeading: words.noChoices,
    emptyText: words.noChoicesText,
  },
};

/** What happened, or each automatic choice with its reason: newest first, page by page. */
export default class SalesosHistory extends LightningElement {
  /** `activity` or `decisions`. */
  @api kind;
  @api record;
  words = words;
  items = [];
  nextCursor = null;
  loading = false;
  failure = null;
  hasFirst = false;
  _turn = 0;

  _first;
  /** The first page where it is known already; another one starts the list over. */
  @api
  get first() {
    return this._first;
  }
  set first(page) {
    this._first = page;
    this.startOver();
    this.append(page);
  }

  _asOf;
  /** When the card was read; a later one reads the first page anew. */
  @api
  get asOf() {
    return this._asOf;
  }
  set asOf(value) {
    this._asOf = value;
    if (this.isConnected) this.reload();
  }

  connectedCallback() {
    if (!this.hasFirst) this.reload();
  }

  startOver() {
    this._turn += 1;
    Object.assign(this, { items: [], nextCursor: null, loading: false, failure: null, hasFirst: false });
  }
  reload() {
    this.startOver();
    return this.more();
  }
  async more() {
    if (this.loading) return;
    const turn = this._turn;
    Object.assign(this, { loading: true, failure: null });
    try {
      const page = await kinds[this.kind].load(this.record, this.nextCursor);
      if (turn === this._turn) this.append(page);
    } catch (thrown) {
      if (turn === this._turn) this.failure = asFailure(thrown);
    } finally {
      if (turn === this._turn) this.loading = false;
    }
  }
  append({ items, nextCursor }) {
    Object.assign(this, { items: [...this.items, ...items], nextCursor, hasFirst: true });
  }

  get texts() {
    return kinds[this.kind];
  }
  get rows() {
    return this.items.map(kinds[this.kind].row);
  }
  get isEmpty() {
    return this.hasFirst && this.items.length === 0;
  }
  get firstFailed() {
    return this.failure && !this.hasFirst;
  }
  get nextFailed() {
    return this.failure && this.hasFirst;
  }
  get hasMore() {
    return this.nextCursor !== null;
  }
}
