import { words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** Nothing could be loaded: why, in the backend's own sentence, and what to do. Asks for another try by `retry`. */
export default class SalesosFailure extends LightningElement {
  /** A RequestFailed of c/salesosApi. */
  @api failure;
  words = words;

  get heading() {
    return explain(this.failure).heading;
  }
  get advice() {
    return explain(this.failure).advice;
  }
  get variant() {
    return this.failure.status === 401 || this.failure.status === 403 ? 'warning' : 'error';
  }

  retry() {
    this.dispatchEvent(new CustomEvent('retry'));
  }
}

function explain({ status, code }) {
  if (code === 'class_hidden') return { heading: words.noAccess, advice: words.askForPermission };
  // These sentences say themselves what to do.
  if (code === 'no_access') return { heading: words.notConnected, advice: null };
  if (code === 'no_permission') return { heading: words.noAccess, advice: null };
  if (status === 401 || code === 'crm_not_connected')
    return { heading: words.notConnected, advice: words.howToConnect };
  if (status === 403) return { heading: words.noAccess, advice: words.askForAccess };
  return { heading: words.notReached, advice: null };
}
