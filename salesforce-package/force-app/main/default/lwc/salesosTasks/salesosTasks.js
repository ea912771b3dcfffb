import { when } from 'c/salesosFormat';
import { fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** What a person has to do before a sequence goes on. Asks by `complete` {taskId}; a person's name by `person` {taskId}. */
export default class SalesosTasks extends LightningElement {
  /** Tasks of the cards' contract; those of today's list carry a `person`, whose name is then shown as a link. */
  @api tasks = [];
  @api busy = false;
  words = words;

  get rows() {
    return this.tasks.map((task) => ({ ...task, due: fill(words.due, { when: when(task.dueAt) }) }));
  }

  complete({ target }) {
    this.dispatchEvent(new CustomEvent('complete', { detail: { taskId: target.value } }));
  }
  openPerson({ target }) {
    this.dispatchEvent(new CustomEvent('person', { detail: { taskId: target.value } }));
  }
}
