import Confirm from 'c/salesosConfirm';
import { asKind, mailboxStatuses } from 'c/salesosForms';
import { fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** One mailbox: its health, how it sends, and what to do when it does not. Asks by `write` and `connect`. */
export default class SalesosMailbox extends LightningElement {
  @api mailbox;
  @api canEdit = false;
  @api busy = false;
  /** What the backend found wrong with the last change of this mailbox. */
  @api errors;
  words = words;

  save({ detail: change }) {
    this.write('/cards/mailboxes/update', change, words.mailboxSaved);
  }
  pause() {
    this.write('/cards/mailboxes/pause', {}, words.mailboxPaused);
  }
  resume() {
    this.write('/cards/mailboxes/resume', {}, words.mailboxResumed);
  }
  async disconnect() {
    const { address } = this.mailbox;
    const confirmed = await Confirm.open({
      size: 'small',
      label: fill(words.disconnectTitle, { address }),
      paragraphs: [words.disconnectMeans],
      confirmLabel: words.disconnect,
      cancelLabel: words.disconnectCancel,
    });
    if (confirmed) this.write('/cards/mailboxes/disconnect', {}, words.mailboxDisconnected);
  }
  write(path, request, said) {
    const { id, address } = this.mailbox;
    const detail = { path, request: { mailboxId: id, ...request }, said: fill(said, { address }) };
    this.dispatchEvent(new CustomEvent('write', { detail }));
  }
  connect() {
    const request = { vendor: asKind(this.mailbox.vendor) };
    this.dispatchEvent(new CustomEvent('connect', { detail: { path: '/cards/mailboxes/connect', request } }));
  }

  get title() {
    return fill(words.mailbox, { address: this.mailbox.address, vendor: this.mailbox.vendorName });
  }
  get status() {
    return mailboxStatuses[this.mailbox.status];
  }
  get sentToday() {
    return fill(words.sentToday, { sent: this.mailbox.sentToday, limit: this.mailbox.limitToday });
  }
  get readOnly() {
    return !this.canEdit;
  }
  get hasForm() {
    return this.mailbox.status !== 'disconnected';
  }
  get canPause() {
    return this.canEdit && this.mailbox.status === 'connected';
  }
  get canResume() {
    return this.canEdit && this.mailbox.status === 'paused';
  }
  get canDisconnect() {
    return this.canEdit && this.hasForm;
  }
  get canConnect() {
    return this.canEdit && (this.mailbox.status === 'reconnect' || this.mailbox.status === 'disconnected');
  }
  get connectLabel() {
    return fill(words.connectAgain, { address: this.mailbox.address });
  }
}
