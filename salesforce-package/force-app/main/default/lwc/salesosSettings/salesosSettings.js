import { asFailure, ask, createActs } from 'c/salesosApi';
import { mailboxKinds, mailLoggings, waysToConnect } from 'c/salesosForms';
import { fill, words } from 'c/salesosLabels';
import { NavigationMixin } from 'lightning/navigation';
import { ShowToastEvent } from 'lightning/platformShowToastEvent';
import { api, LightningElement } from 'lwc';

const update = '/cards/settings/update';
const updateMailbox = '/cards/mailboxes/update';

/** What must be set before the first mail can go out, and how mails are sent. Its parts ask it to write and to connect. */
export default class SalesosSettings extends NavigationMixin(LightningElement) {
  /** The user has the permission without which Apex sends no change. */
  @api mayChange = false;
  words = words;
  mailLoggings = mailLoggings;
  settings = null;
  failure = null;
  /** The act that failed: `{path, request, heading, failure, retry}`. */
  failedAct = null;
  loading = false;
  busy = false;
  announced = '';
  _perform = createActs();

  connectedCallback() {
    this.load();
  }

  @api
  async load() {
    Object.assign(this, { loading: true, failure: null, failedAct: null, announced: '' });
    try {
      this.settings = await ask('/cards/settings', {});
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.loading = false;
    }
  }

  handleWrite({ detail: { path, request, said } }) {
    return this.write(path, request, said);
  }
  saveAccount({ detail: change }) {
    return this.write(update, change, words.settingsSaved);
  }
  chooseMailLogging({ detail: { value } }) {
    return this.write(update, { mailLogging: value }, words.settingsSaved);
  }
  write(path, request, said) {
    return this.attempt({ path, request, heading: words.notSaved }, async () => {
      // The values are part of the act's name: other values are another act, with a key of its own.
      this.settings = await this._perform(`${path} ${JSON.stringify(request)}`, path, request);
      this.say(said, 'success');
    });
  }
  handleConnect({ detail: { path, request } }) {
    return this.connect(path, request, words.mailboxRefused);
  }
  connectMailbox({ target: { value: vendor } }) {
    return this.connect('/cards/mailboxes/connect', { vendor }, words.mailboxRefused);
  }
  connectCrm({ target: { value: id } }) {
    const { request } = waysToConnect(this.settings.crms).find((way) => way.id === id);
    return this.connect('/cards/crms/connect', request, words.crmRefused);
  }
  /** Opens a fresh address; it is good for some minutes only. */
  connect(path, request, heading) {
    return this.attempt({ path, request, heading }, async () => {
      const { url } = await ask(path, request);
      this.announced = words.openProvider;
      this[NavigationMixin.Navigate]({ type: 'standard__webPage', attributes: { url } });
    });
  }

  async attempt(what, act) {
    if (this.busy) return;
    Object.assign(this, { busy: true, failedAct: null, announced: '' });
    try {
      await act();
    } catch (thrown) {
      const failure = asFailure(thrown);
      this.failedAct = { ...what, failure, retry: () => this.attempt(what, act) };
      // The sentence above the settings may be out of sight.
      this.dispatchEvent(new ShowToastEvent({ title: what.heading, message: failure.message, variant: 'error' }));
    } finally {
      this.busy = false;
    }
  }
  retryAct() {
    return this.failedAct.retry();
  }
  say(title, variant) {
    this.announced = title;
    this.dispatchEvent(new ShowToastEvent({ title, variant }));
  }

  /** What the backend found wrong with the fields of a form, if that is what failed last. */
  errorsOf(path, isMeant) {
    const { failedAct } = this;
    return failedAct?.path === path && isMeant(failedAct.request) ? failedAct.failure.errors : [];
  }
  get canEdit() {
    return this.settings.canEdit && this.mayChange;
  }
  get readOnly() {
    return !this.canEdit;
  }
  get cannotChoose() {
    return this.readOnly || this.busy;
  }
  get isFirstLoad() {
    return this.loading && !this.settings;
  }
  get hasNothing() {
    return this.failure && !this.settings;
  }
  get checklist() {
    return this.settings.checklist.map(({ done, sentence }) => ({
      sentence,
      status: done ? { label: words.stepDone, tone: 'success' } : { label: words.stepToDo, tone: 'warning' },
    }));
  }
  get summary() {
    const left = this.settings.checklist.filter((item) => !item.done).length;
    return left ? fill(words.stepsLeft, { count: left, all: this.settings.checklist.length }) : words.ready;
  }
  get mailboxes() {
    return this.settings.mailboxes.map((mailbox) => ({
      mailbox,
      key: mailbox.id,
      errors: this.errorsOf(updateMailbox, ({ mailboxId }) => mailboxId === mailbox.id),
    }));
  }
  get hasNoMailbox() {
    return this.settings.mailboxes.length === 0;
  }
  get mailboxOffers() {
    return Object.entries(mailboxKinds).map(([value, { connect }]) => ({ value, connect }));
  }
  get settingsErrors() {
    return this.errorsOf(update, () => true);
  }
  get crmOffers() {
    return this.canEdit ? waysToConnect(this.settings.crms) : [];
  }
}
