/** The entry of the bundle: `mountSalesOS` puts one of the components into a page that stands in for Salesforce. */
import '@lwc/synthetic-shadow';
import SalesosCard from 'c/salesosCard';
import SalesosEnrollAction from 'c/salesosEnrollAction';
import SalesosEnrollMany from 'c/salesosEnrollMany';
import SalesosSetup from 'c/salesosSetup';
import SalesosToday from 'c/salesosToday';
import { createElement } from 'lwc';
import { host } from 'salesos/host';

const components = {
  salesosCard: [SalesosCard, ['recordId', 'objectApiName']],
  salesosEnrollAction: [SalesosEnrollAction, ['recordId', 'objectApiName']],
  salesosEnrollMany: [SalesosEnrollMany, ['ids', 'objectApiName']],
  salesosSetup: [SalesosSetup, []],
  salesosToday: [SalesosToday, []],
};

/**
 * Shows `component` in `element` and returns `{recordChanged(recordId), unmount()}`. `hooks.apex(method, params)` answers
 * `SalesOSCardController.call` and the like, and rejects as the platform does, with `{body: {message}}`; `navigate(page)`,
 * `toast({title, message, variant})`, `close()` and `recordsChanged(recordIds)` are told what components ask for.
 */
window.mountSalesOS = (element, { component, recordId, objectApiName, ids, ...hooks }) => {
  const [is, names] = components[component];
  host.use(hooks);
  const tag = `c-${component.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const mounted = createElement(tag, { is });
  const values = { recordId, objectApiName, ids };
  for (const name of names) mounted[name] = values[name];
  element.append(mounted);
  return { recordChanged: host.tellRecordChange, unmount: () => mounted.remove() };
};
