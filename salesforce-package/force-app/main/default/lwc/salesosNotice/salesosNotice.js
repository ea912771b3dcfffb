import { api, LightningElement } from 'lwc';

const icons = { info: 'utility:info', warning: 'utility:warning', error: 'utility:error', success: 'utility:success' };
const iconVariants = { warning: 'warning', error: 'error', success: 'success' };

/** A sentence that must be noticed; what can be done about it goes into the slot. */
export default class SalesosNotice extends LightningElement {
  /** info, warning, error or success. */
  @api variant = 'info';
  @api heading;
  @api text;

  get boxClass() {
    return `notice notice_${this.variant}`;
  }
  get iconName() {
    return icons[this.variant];
  }
  get iconVariant() {
    return iconVariants[this.variant];
  }
  get role() {
    return this.variant === 'error' ? 'alert' : 'status';
  }
}
