import { host } from 'salesos/host';

export class ShowToastEvent extends CustomEvent {
  constructor(toast) {
    super('lightning__showtoast', { bubbles: true, composed: true, cancelable: true, detail: toast });
    host.toast({ ...toast });
  }
}
