/** The hooks of the page around the components: what the Salesforce platform does for them in an org. */
let hooks = {
  apex: async (method) => {
    throw {
      body: { message: JSON.stringify({ status: 0, code: 'no_host', detail: `Nobody answers ${method} here.` }) },
    };
  },
  navigate() {},
  toast() {},
  close() {},
  recordsChanged() {},
};
const listeners = new Set();

export const host = {
  use(chosen) {
    hooks = { ...hooks, ...chosen };
  },
  apex: (method, params) => hooks.apex(method, params),
  navigate: (page) => hooks.navigate(page),
  toast: (toast) => hooks.toast(toast),
  /** A quick action or flow screen wants to be closed. */
  close: () => hooks.close(),
  /** Components wrote a record: its fields may look different now. */
  recordsChanged: (recordIds) => hooks.recordsChanged(recordIds),
  /** The page tells that a record changed; `heard` is called with its id until the returned function is. */
  onRecordChange(heard) {
    listeners.add(heard);
    return () => listeners.delete(heard);
  },
  tellRecordChange: (recordId) => {
    for (const heard of listeners) heard(recordId);
  },
};
