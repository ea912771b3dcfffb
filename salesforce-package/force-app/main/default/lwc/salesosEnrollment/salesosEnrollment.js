import Confirm from 'c/salesosConfirm';
import { statusBadge, stepBadge, when } from 'c/salesosFormat';
import { enrollmentStatusLabels, fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

const stepStates = {
  done: words.stepDone,
  current: words.stepCurrent,
  upcoming: words.stepUpcoming,
  skipped: words.stepSkipped,
};

/** One sequence a person is or was in: where it stands, its steps, and what can be done. Asks by `act` {act, enrollmentId}. */
export default class SalesosEnrollment extends LightningElement {
  @api enrollment;
  @api personName;
  @api busy = false;
  words = words;

  get statusLabel() {
    return enrollmentStatusLabels[this.enrollment.status];
  }
  get statusClass() {
    return statusBadge(this.enrollment.status);
  }
  get sentFrom() {
    return fill(words.sentFrom, { address: this.enrollment.mailboxAddress });
  }
  get canPause() {
    return this.enrollment.actions.includes('pause');
  }
  get canResume() {
    return this.enrollment.actions.includes('resume');
  }
  get canStop() {
    return this.enrollment.actions.includes('stop');
  }
  get steps() {
    return this.enrollment.steps.map((step) => ({
      ...step,
      number: step.index + 1,
      when: step.at ? when(step.at) : words.notKnownYet,
      stateLabel: stepStates[step.state],
      stateClass: stepBadge(step.state),
    }));
  }

  pause() {
    this.ask('pause');
  }
  resume() {
    this.ask('resume');
  }
  async stop() {
    const confirmed = await Confirm.open({
      size: 'small',
      label: fill(words.stopTitle, { sequence: this.enrollment.sequenceName }),
      paragraphs: [fill(words.stopMeans, { name: this.personName }), words.stopIsFinal],
      confirmLabel: words.stopConfirm,
      cancelLabel: words.stopCancel,
    });
    if (confirmed) this.ask('stop');
  }
  ask(act) {
    this.dispatchEvent(new CustomEvent('act', { detail: { act, enrollmentId: this.enrollment.id } }));
  }
}
