import { asFailure, ask } from 'c/salesosApi';
import { tierBadge } from 'c/salesosFormat';
import { fill, words } from 'c/salesosLabels';
import { NavigationMixin } from 'lightning/navigation';
import { api, LightningElement } from 'lwc';

/** The people of an account; each opens its card in place, or its record. */
export default class SalesosPeople extends NavigationMixin(LightningElement) {
  words = words;
  group = null;
  failure = null;
  loading = false;
  openId = null;
  _turn = 0;

  _record;
  @api
  get record() {
    return this._record;
  }
  set record(value) {
    const other = value?.recordId !== this._record?.recordId;
    this._record = value;
    if (!other) return;
    Object.assign(this, { group: null, openId: null });
    this.load();
  }

  async load() {
    this._turn += 1;
    const turn = this._turn;
    Object.assign(this, { loading: true, failure: null });
    try {
      const group = await ask('/cards/group', { ...this._record });
      if (turn === this._turn) this.group = group;
    } catch (thrown) {
      if (turn === this._turn) this.failure = asFailure(thrown);
    } finally {
      if (turn === this._turn) this.loading = false;
    }
  }
  toggle({ target: { value } }) {
    this.openId = this.openId === value ? null : value;
  }
  openRecord({ target: { value: recordId } }) {
    const { objectType: objectApiName } = this.group.people.find((person) => person.recordId === recordId);
    this[NavigationMixin.Navigate]({
      type: 'standard__recordPage',
      attributes: { recordId, objectApiName, actionName: 'view' },
    });
  }

  get hasNothing() {
    return this.failure && !this.group;
  }
  get isStale() {
    return this.failure && this.group;
  }
  get people() {
    return this.group.people.map((person) => {
      const isOpen = person.recordId === this.openId;
      return {
        ...person,
        isOpen,
        isClosed: !isOpen,
        record: { objectType: person.objectType, recordId: person.recordId },
        scoreLabel: fill(words.score, { ...person, value: person.score }),
        scoreClass: tierBadge(person.tier),
        toggleLabel: fill(isOpen ? words.closeCard : words.openCard, person),
        toggleIcon: isOpen ? 'utility:chevrondown' : 'utility:chevronright',
      };
    });
  }
}
