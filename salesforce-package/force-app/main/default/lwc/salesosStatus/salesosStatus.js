import { api, LightningElement } from 'lwc';

const themes = {
  success: 'slds-theme_success',
  warning: 'slds-theme_warning',
  danger: 'slds-theme_error',
  neutral: '',
};

/** A state by its name, in its colour. */
export default class SalesosStatus extends LightningElement {
  /** `{label, tone}`, as c/salesosForms has them. */
  @api status;

  get badgeClass() {
    return `slds-badge ${themes[this.status.tone]}`;
  }
}
