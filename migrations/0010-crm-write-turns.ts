import { statements } from './statements.ts';

export const { up } = statements(
  // By account, because each has its turn.
  `drop index crm_write_due`,
  `create index crm_write_due on crm_write (connection_id, not_before) where state = 'pending'`,
);
