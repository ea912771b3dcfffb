import readState from '@salesforce/apex/SalesOSSetupController.state';
import { asFailure } from 'c/salesosApi';
import { fill, words } from 'c/salesosLabels';
import { NavigationMixin } from 'lightning/navigation';
import { LightningElement } from 'lwc';

/** The setup page: the steps from an installed package to a connected org, then the settings. */
export default class SalesosSetup extends NavigationMixin(LightningElement) {
  words = words;
  state = null;
  failure = null;
  loading = false;

  connectedCallback() {
    this.load();
  }

  async load() {
    Object.assign(this, { loading: true, failure: null });
    try {
      this.state = await readState();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.loading = false;
    }
  }
  /** Parts that are shown already read anew; those that come only now read by themselves. */
  async refresh() {
    const { settings, sequences } = this.refs;
    await this.load();
    settings?.load();
    sequences?.load();
  }
  openConnect() {
    this[NavigationMixin.Navigate]({ type: 'standard__webPage', attributes: { url: this.state.connectUrl } });
  }

  get hasNothing() {
    return this.failure && !this.state;
  }
  /** What is shown was true the last time. */
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
    return statusOf(this.state.isReachable);
  }
  get connect() {
    return statusOf(this.state.isConnected);
  }
  get permission() {
    return statusOf(this.hasPermissions);
  }
}

function statusOf(isDone) {
  return isDone ? { label: words.stepDone, tone: 'success' } : { label: words.stepToDo, tone: 'warning' };
}
