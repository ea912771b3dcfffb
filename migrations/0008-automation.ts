import { statements } from './statements.ts';

export const { up } = statements(
  // With what password a CRM's automations may call us: one per connection, as a hash.
  `create table automation_secret (
    connection_id uuid primary key,
    tenant_id uuid not null references tenant,
    hash text not null,
    created_at timestamptz not null
  )`,
  // What automations asked lately, and what became of it, for the settings page.
  `create table automation_delivery (
    tenant_id uuid not null references tenant,
    id uuid not null,
    connection_id uuid not null,
    at timestamptz not null,
    action text not null,
    record_id text,
    result text not null,
    message text not null,
    primary key (tenant_id, id)
  )`,
  `create index automation_delivery_by_connection on automation_delivery (tenant_id, connection_id, id)`,
);
