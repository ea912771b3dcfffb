import { fill, words } from 'c/salesosLabels';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { api, LightningElement } from 'lwc';

/** Text to take along, with a button that copies it. */
export default class SalesosCopyable extends LightningElement {
  /** What it is, as in “the key”. */
  @api name;
  @api text;
  announced = '';

  get copyLabel() {
    return fill(words.copy, { name: this.name });
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text);
      this.say(fill(words.copied, { name: this.name }), 'success');
    } catch {
      this.say(words.copyRefused, 'warning');
    }
  }
  say(title, variant) {
    this.announced = title;
    this.dispatchEvent(new ShowToastEvent({ title, variant }));
  }
}
