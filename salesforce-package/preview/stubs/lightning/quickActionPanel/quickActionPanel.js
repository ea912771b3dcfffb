import { api, LightningElement } from 'lwc';

export default class QuickActionPanel extends LightningElement {
  @api header;
}
