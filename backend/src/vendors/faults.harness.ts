/** What the contracts' troubles are to a fake. How a vendor says that it is asked too often is its own. */
import type { Fault } from '../../sandbox/fakes/faults.ts';
import type { CrmTrouble } from '../crm-sync/crm.harness.ts';
import type { Trouble } from '../email/mailbox.harness.ts';

const page = (status: number, body: string): Fault => ({ kind: 'status', status, body, contentType: 'text/html' });

export const mailboxFaults = {
  'answer lost': { kind: 'reset-after-accept' },
  'answer never comes': { kind: 'timeout-after-accept' },
  'answer cut short': { kind: 'truncate-after-accept' },
  'answer slow': { kind: 'slow', delaySeconds: 0.1 },
  'error page': page(502, '<html>Bad gateway</html>'),
} satisfies Partial<Record<Trouble['kind'], Fault>>;

/** One mail cannot be read. */
export const readingFault = page(500, '<html>Error 500</html>');

export const crmFaults: Record<CrmTrouble, Fault> = {
  server_error: { kind: 'status', status: 503 },
  html: page(502, '<html><title>502 Bad Gateway</title></html>'),
  garbled: { kind: 'truncate-after-accept' },
  slow: { kind: 'slow', delaySeconds: 1.5 },
  connection_lost: { kind: 'reset-before' },
  answer_lost: { kind: 'reset-after-accept' },
};
