import { host } from 'salesos/host';

export class FlowNavigationFinishEvent extends CustomEvent {
  constructor() {
    super('flownavigation', { bubbles: true, composed: true, detail: { action: 'FINISH' } });
    host.close();
  }
}
