import { api, LightningElement } from 'lwc';

/** One choice of a few, each with what follows from it; told by `choose` with `{value}`. */
export default class SalesosChoice extends LightningElement {
  @api label;
  /** Of the group of radio buttons; no other group on the page has it. */
  @api name;
  /** `{value, label, description}` each. */
  @api options;
  @api value;
  @api disabled = false;

  get rows() {
    return this.options.map((option) => ({ ...option, isChosen: option.value === this.value }));
  }

  choose({ target: { value } }) {
    this.dispatchEvent(new CustomEvent('choose', { detail: { value } }));
  }
}
