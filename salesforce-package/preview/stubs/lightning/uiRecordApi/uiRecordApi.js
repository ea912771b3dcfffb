import { host } from 'salesos/host';

let changes = 0;

/** Emits a record with nothing but the time of its last change, anew whenever the page says that it changed. */
export class getRecord {
  constructor(emit) {
    this.emit = emit;
  }
  connect() {
    this.stop = host.onRecordChange((recordId) => {
      if (recordId !== this.recordId) return;
      changes += 1;
      this.tell();
    });
  }
  update({ recordId }) {
    this.recordId = recordId;
    if (recordId) this.tell();
  }
  disconnect() {
    this.stop();
  }
  tell() {
    this.emit({ data: { id: this.recordId, lastModifiedDate: String(changes), fields: {} }, error: undefined });
  }
}

export async function notifyRecordUpdateAvailable(records) {
  host.recordsChanged(records.map(({ recordId }) => recordId));
}
