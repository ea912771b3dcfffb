import { host } from 'salesos/host';

export class CloseActionScreenEvent extends CustomEvent {
  constructor() {
    super('lightning__actionsclosescreen', { bubbles: true, composed: true });
    host.close();
  }
}
