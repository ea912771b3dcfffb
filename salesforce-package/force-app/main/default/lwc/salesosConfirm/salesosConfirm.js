import LightningModal from 'lightning/modal';
import { api } from 'lwc';

/** Asks before something that cannot be taken back; resolves true when confirmed. */
export default class SalesosConfirm extends LightningModal {
  /** Sentences that say what follows. */
  @api paragraphs = [];
  @api confirmLabel;
  @api cancelLabel;

  confirm() {
    this.close(true);
  }
  cancel() {
    this.close(false);
  }
}
