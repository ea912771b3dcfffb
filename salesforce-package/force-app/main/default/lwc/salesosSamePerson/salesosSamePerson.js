import { samePersonPolicies } from 'c/salesosForms';
import { fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** Whether one address in two CRMs is one person, and the pairs of whom nobody has said so yet. Asks by `write`. */
export default class SalesosSamePerson extends LightningElement {
  @api policy;
  @api questions;
  @api canEdit = false;
  @api busy = false;
  words = words;
  policies = samePersonPolicies;

  choose({ detail: { value } }) {
    this.write('/cards/settings/update', { samePersonPolicy: value }, words.settingsSaved);
  }
  one({ target: { value: questionId } }) {
    this.write('/cards/people/same', { questionId, isSame: true }, words.onePerson);
  }
  two({ target: { value: questionId } }) {
    this.write('/cards/people/same', { questionId, isSame: false }, words.twoPeople);
  }
  write(path, request, said) {
    this.dispatchEvent(new CustomEvent('write', { detail: { path, request, said } }));
  }

  get cannotChoose() {
    return !this.canEdit || this.busy;
  }
  get rows() {
    return this.questions.map(({ id, address, people }) => ({
      id,
      title: fill(words.samePersonQuestion, { address }),
      people: people.map(({ name, crmName, url }) => ({
        url,
        label: fill(words.personInCrm, { name, crm: crmName }),
      })),
    }));
  }
}
