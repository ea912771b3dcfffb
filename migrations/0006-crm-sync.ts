import { statements } from './statements.ts';

export const { up } = statements(
  // What must be written to a CRM. \`key\` makes each thing appear there once.
  `create table crm_write (
    tenant_id uuid not null references tenant,
    id uuid not null,
    connection_id uuid not null,
    contact_id uuid not null,
    record_id text not null,
    kind text not null check (kind in ('email', 'fields', 'task')),
    key text not null,
    payload jsonb not null,
    revision integer not null default 1,
    written_revision integer not null default 0,
    state text not null check (state in ('pending', 'held', 'writing', 'written', 'refused')),
    maybe_written boolean not null default false,
    attempt_count integer not null default 0,
    not_before timestamptz not null,
    claimed_until timestamptz,
    crm_id text,
    failure_code text,
    failure_reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, connection_id, key)
  )`,
  `create index crm_write_due on crm_write (not_before) where state = 'pending'`,
  `create index crm_write_lapsed on crm_write (claimed_until) where state = 'writing'`,
  `create index crm_write_by_contact on crm_write (tenant_id, contact_id, connection_id)`,
  // Records to be read again: one row per record, however often it changed.
  `create table crm_read (
    tenant_id uuid not null references tenant,
    connection_id uuid not null,
    record_id text not null,
    revision integer not null default 1,
    attempt_count integer not null default 0,
    not_before timestamptz not null,
    claimed_until timestamptz,
    primary key (tenant_id, connection_id, record_id)
  )`,
  `create index crm_read_due on crm_read (not_before)`,
  // How far the changes of an account were read, for CRMs that are asked for them.
  `create table crm_changes (
    tenant_id uuid not null references tenant,
    connection_id uuid not null,
    -- Null: nothing was read yet.
    cursor text,
    attempt_count integer not null default 0,
    not_before timestamptz not null,
    claimed_until timestamptz,
    primary key (tenant_id, connection_id)
  )`,
  `create index crm_changes_due on crm_changes (not_before)`,
  // Notices already taken in; kept longer than the CRM's own retries.
  `create table crm_notice (
    crm text not null,
    account_id text not null,
    key text not null,
    received_at timestamptz not null,
    primary key (crm, account_id, key)
  )`,
);
