import { statements } from './statements.ts';

export const { up } = statements(
  // What we wrote to records lately, by the CRM's own names: a notice of just that is our own.
  `create table crm_echo (
    tenant_id uuid not null references tenant,
    connection_id uuid not null,
    record_id text not null,
    written jsonb not null,
    written_at timestamptz not null,
    primary key (tenant_id, connection_id, record_id)
  )`,
  `create index crm_echo_by_age on crm_echo (written_at)`,
);
