/**
 * The frame's side of its talk with the page around it, which must be of the same origin.
 * Page → frame: `{type: 'mount', component, recordId, objectApiName, ids}`, `{type: 'apex-result', id, result | error}`,
 * `{type: 'record-changed', recordId}`. Frame → page: `ready`, `{type: 'apex', id, method, params}`, `{type: 'toast', toast}`,
 * `{type: 'navigate', page}`, `{type: 'records-changed', recordIds}`, `close`, `{type: 'height', height}`.
 * `frame.html?locale=en-GB&timeZone=Europe/Oslo` says how the user reads dates.
 */
const asked = new URLSearchParams(location.search);
window.salesosUser = { locale: asked.get('locale'), timeZone: asked.get('timeZone') };

const waiting = new Map();
let nextId = 1;
let mounted = null;
const tell = (message) => parent.postMessage(message, location.origin);

const hooks = {
  apex: (method, params) =>
    new Promise((resolve, reject) => {
      const id = nextId;
      nextId += 1;
      waiting.set(id, { resolve, reject });
      tell({ type: 'apex', id, method, params });
    }),
  toast: (toast) => tell({ type: 'toast', toast }),
  navigate: (page) => tell({ type: 'navigate', page }),
  recordsChanged: (recordIds) => tell({ type: 'records-changed', recordIds }),
  close: () => tell({ type: 'close' }),
};

const receive = {
  mount({ type, ...what }) {
    mounted?.unmount();
    mounted = window.mountSalesOS(document.getElementById('salesos'), { ...what, ...hooks });
  },
  'apex-result'({ id, result, error }) {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(error);
    else resolve(result);
  },
  'record-changed'({ recordId }) {
    mounted?.recordChanged(recordId);
  },
};

addEventListener('message', ({ source, origin, data }) => {
  if (source === parent && origin === location.origin) receive[data?.type]?.(data);
});
addEventListener('DOMContentLoaded', () => {
  new ResizeObserver(([{ contentRect }]) => tell({ type: 'height', height: Math.ceil(contentRect.height) })).observe(
    document.getElementById('salesos'),
  );
  tell({ type: 'ready' });
});
