import { sendingStatuses } from 'c/salesosForms';
import { words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** Limits over all mailboxes, the name in links, and whether the sending domains are set up. Asks by `write`. */
export default class SalesosSending extends LightningElement {
  @api sending;
  @api canEdit = false;
  @api busy = false;
  /** What the backend found wrong with the last change. */
  @api errors;
  words = words;

  save({ detail: change }) {
    this.write('/cards/settings/update', change, words.settingsSaved);
  }
  checkDomains() {
    this.write('/cards/settings/check-domains', {}, words.domainsChecked);
  }
  write(path, request, said) {
    this.dispatchEvent(new CustomEvent('write', { detail: { path, request, said } }));
  }

  get readOnly() {
    return !this.canEdit;
  }
  get trackingStatus() {
    return sendingStatuses[this.sending.trackingDomain.state];
  }
  get domains() {
    return this.sending.domains.map(({ domain, checkedAt, findings }) => ({
      domain,
      isUnchecked: !checkedAt,
      findings: findings.map(({ what, state, sentence, howToFix }) => ({
        what,
        status: sendingStatuses[state],
        text: howToFix ? `${sentence} ${howToFix}` : sentence,
      })),
    }));
  }
  get canCheck() {
    return this.canEdit && this.sending.domains.length > 0;
  }
}
