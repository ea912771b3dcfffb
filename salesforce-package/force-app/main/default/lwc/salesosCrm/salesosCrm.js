import { asFailure, ask } from 'c/salesosApi';
import { crmStatuses } from 'c/salesosForms';
import { fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** One CRM: its health, and what an admin can do once its cause is mended there. Asks for a check by `write`. */
export default class SalesosCrm extends LightningElement {
  @api crm;
  @api canEdit = false;
  @api busy = false;
  words = words;
  key = null;
  keyFailure = null;
  makingKey = false;

  check() {
    const { id: connectionId, crmName } = this.crm;
    const said = fill(words.crmChecked, { crm: crmName });
    const detail = { path: '/cards/crms/check', request: { connectionId }, said };
    this.dispatchEvent(new CustomEvent('write', { detail }));
  }
  async makeKey() {
    Object.assign(this, { makingKey: true, keyFailure: null });
    try {
      this.key = (await ask('/cards/crms/key', { connectionId: this.crm.id })).key;
    } catch (thrown) {
      this.keyFailure = asFailure(thrown);
    } finally {
      this.makingKey = false;
    }
  }

  get title() {
    return `${this.crm.crmName} ${this.crm.accountId}`;
  }
  get status() {
    return crmStatuses[this.crm.status];
  }
  get canCheck() {
    return this.canEdit && this.crm.status === 'connected';
  }
  get takesKey() {
    return this.crm.crm === 'salesforce';
  }
}
