import readState from '@salesforce/apex/SalesOSSetupController.state';
import { asFailure, ask, createActs } from 'c/salesosApi';
import { fill, mailboxKinds, words } from 'c/salesosLabels';
import { NavigationMixin } from 'lightning/navigation';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { LightningElement } from 'lwc';

/** The setup page: every step from an installed package to the first mail, done or still to do. */
export default class SalesosSetup extends NavigationMixin(LightningElement) {
  words = words;
  state = null;
  settings = null;
  failure = null;
  failedAct = null;
  loading = false;
  busy = false;
  sequences = [];
  nextCursor = null;
  announced = '';
  address = '';
  _perform = createActs();

  connectedCallback() {
    this.load();
  }

  async load() {
    Object.assign(this, { loading: true, failure: null, failedAct: null, announced: '' });
    try {
      this.state = await readState();
      if (this.state.isConnected) {
        this.settings = await ask('/cards/settings', {});
        this.address = this.settings.postalAddress ?? '';
        this.sequences = [];
        await this.readSequences(null);
      }
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.loading = false;
    }
  }
  /** Flow knows a sequence by its id; the same choices as in Flow's own action. */
  async readSequences(after) {
    const page = await ask('/salesforce/actions/options', { inputName: 'sequenceId', query: '', after });
    this.sequences = [...this.sequences, ...page.options];
    this.nextCursor = page.after;
  }
  moreSequences() {
    return this.attempt(() => this.readSequences(this.nextCursor));
  }

  openConnect() {
    this.openPage(this.state.connectUrl);
  }
  connectMailbox({ target: { value: vendor } }) {
    return this.attempt(async () => {
      const { url } = await ask('/cards/mailboxes/connect', { vendor });
      this.announced = words.openProvider;
      this.openPage(url);
    });
  }
  typeAddress({ detail: { value } }) {
    this.address = value;
  }
  saveAddress() {
    const postalAddress = this.address;
    return this.attempt(async () => {
      this.settings = await this._perform(`address:${postalAddress}`, '/cards/settings/update', { postalAddress });
      this.announced = words.saved;
      this.dispatchEvent(new ShowToastEvent({ title: words.saved, variant: 'success' }));
    });
  }
  async copyId({ target: { value } }) {
    const { label: name } = this.sequences.find((sequence) => sequence.value === value);
    try {
      await navigator.clipboard.writeText(value);
      this.announced = fill(words.copied, { name });
      this.dispatchEvent(new ShowToastEvent({ title: this.announced, variant: 'success' }));
    } catch {
      this.announced = words.copyRefused;
      this.dispatchEvent(new ShowToastEvent({ title: words.copyRefused, variant: 'warning' }));
    }
  }

  async attempt(act) {
    Object.assign(this, { busy: true, failedAct: null, announced: '' });
    try {
      await act();
    } catch (thrown) {
      this.failedAct = asFailure(thrown);
    } finally {
      this.busy = false;
    }
  }
  openPage(url) {
    this[NavigationMixin.Navigate]({ type: 'standard__webPage', attributes: { url } });
  }

  get hasNothing() {
    return this.failure && !this.state;
  }
  /** Connected, and yet the settings could not be read. */
  get isStale() {
    return this.failure && this.state;
  }
  get unreachable() {
    return !this.state.isReachable;
  }
  get connectSentence() {
    return this.state.isConnected ? null : (this.state.detail ?? words.connectHelp);
  }
  get canConnect() {
    return this.state.isReachable && !this.state.isConnected && this.state.connectUrl;
  }
  get connectedMailboxes() {
    return this.settings.mailboxes.filter((mailbox) => mailbox.status !== 'disconnected');
  }
  get mailboxOffers() {
    return Object.entries(mailboxKinds).map(([value, { connect }]) => ({ value, connect }));
  }
  get canEdit() {
    return this.settings.canEdit && this.state.canChangeSettings;
  }
  get readOnly() {
    return !this.canEdit;
  }
  get cannotSave() {
    return this.busy || this.address.trim() === (this.settings.postalAddress ?? '');
  }
  get hiddenFieldsText() {
    return fill(words.hiddenFields, { fields: this.state.hiddenFields.join(', ') });
  }
  get hasPermissions() {
    return this.state.permissionSets.length > 0 && this.state.hiddenFields.length === 0;
  }
  get needsPermissions() {
    return !this.hasPermissions;
  }
  get reach() {
    return stepView(this.state.isReachable);
  }
  get connect() {
    return stepView(this.state.isConnected);
  }
  get permission() {
    return stepView(this.hasPermissions);
  }
  get mailbox() {
    return stepView(this.settings.mailboxes.some((mailbox) => mailbox.status === 'connected'));
  }
  get postal() {
    return stepView(Boolean(this.settings.postalAddress));
  }
  get checklist() {
    return this.settings.checklist.map((item) => ({ ...item, ...stepView(item.done) }));
  }
  get summary() {
    const left = this.settings.checklist.filter((item) => !item.done).length;
    return left ? fill(words.stepsLeft, { count: left, all: this.settings.checklist.length }) : words.ready;
  }
  get sequenceRows() {
    return this.sequences.map((sequence) => ({ ...sequence, copyLabel: fill(words.copy, { name: sequence.label }) }));
  }
  get hasMoreSequences() {
    return this.nextCursor !== null;
  }
}

function stepView(isDone) {
  return {
    label: isDone ? words.stepDone : words.stepToDo,
    theme: `slds-badge ${isDone ? 'slds-theme_success' : 'slds-theme_warning'}`,
  };
}
