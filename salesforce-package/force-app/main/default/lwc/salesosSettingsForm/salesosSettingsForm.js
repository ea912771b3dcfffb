import { accountForm, mailboxForm, refusedFields, sendingForm } from 'c/salesosForms';
import { words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

const forms = { account: accountForm, mailbox: mailboxForm, sending: sendingForm };

/** A form of the settings: what is wrong is said before it is saved, and what the backend refuses at its fields. Asks by `save`. */
export default class SalesosSettingsForm extends LightningElement {
  /** account, mailbox or sending. */
  @api kind;
  @api readOnly = false;
  @api busy = false;
  @api saveLabel;
  words = words;
  /** The part of the draft that was changed. */
  _edits = {};
  _stored;
  _errors = [];

  /** Begins anew when what is stored is another. */
  @api
  get stored() {
    return this._stored;
  }
  set stored(value) {
    const isOther = this._stored && JSON.stringify(this.draftOf(this._stored)) !== JSON.stringify(this.draftOf(value));
    this._stored = value;
    if (isOther) Object.assign(this, { _edits: {}, _errors: [] });
  }
  /** What the backend found wrong, as a RequestFailed has it; shown until something is changed. */
  @api
  get errors() {
    return this._errors;
  }
  set errors(value) {
    this._errors = value;
  }

  change({ detail }) {
    Object.assign(this, { _edits: { ...this._edits, ...detail }, _errors: [] });
  }
  save() {
    this.dispatchEvent(new CustomEvent('save', { detail: this.form.changeOf(this._stored, this.draft) }));
  }

  draftOf(stored) {
    return this.form.draftOf(stored);
  }
  get form() {
    return forms[this.kind];
  }
  get draft() {
    return { ...this.draftOf(this._stored), ...this._edits };
  }
  get wrong() {
    return this.form.whatIsWrong(this.draft);
  }
  get refused() {
    const { rows, folded } = this.form;
    return refusedFields([...rows, ...(folded?.rows ?? [])], this._errors);
  }
  get canEdit() {
    return !this.readOnly;
  }
  get cannotSave() {
    return this.busy || this.wrong !== null || Object.keys(this.form.changeOf(this._stored, this.draft)).length === 0;
  }
}
