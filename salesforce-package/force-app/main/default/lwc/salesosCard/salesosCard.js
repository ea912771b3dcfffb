import { api, LightningElement } from 'lwc';

/** The card on a record page: one person on a contact or lead, all its people on an account. */
export default class SalesosCard extends LightningElement {
  @api recordId;
  @api objectApiName;

  get record() {
    return { objectType: this.objectApiName, recordId: this.recordId };
  }
  /** App Builder shows the card without a record. */
  get hasRecord() {
    return Boolean(this.recordId && this.objectApiName);
  }
  get isGroup() {
    return this.objectApiName === 'Account';
  }
}
