import { statements } from './statements.ts';

export const { up } = statements(
  `create table sequence (
    tenant_id uuid not null references tenant,
    id uuid not null,
    name text not null,
    description text not null default '',
    status text not null check (status in ('draft', 'published', 'archived')),
    published_version integer,
    created_at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  // Versions never change; an enrollment keeps the version it started with.
  `create table sequence_version (
    tenant_id uuid not null,
    sequence_id uuid not null,
    version integer not null,
    definition jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, sequence_id, version)
  )`,
  `create table enrollment (
    tenant_id uuid not null references tenant,
    id uuid not null,
    sequence_id uuid not null,
    sequence_version integer not null,
    contact_id uuid not null,
    mailbox_id uuid not null,
    status text not null check (status in ('active', 'paused', 'finished', 'stopped')),
    step_index integer not null,
    next_step_at timestamptz,
    why_waiting text,
    pause_reason text,
    paused_until timestamptz,
    stop_reason text,
    source text not null,
    started_by text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    primary key (tenant_id, id)
  )`,
  `create unique index enrollment_once on enrollment (tenant_id, sequence_id, contact_id) where status in ('active', 'paused')`,
  `create index enrollment_due on enrollment (next_step_at) where status = 'active' and next_step_at is not null`,
  `create index enrollment_to_resume on enrollment (paused_until) where status = 'paused' and paused_until is not null`,
  `create index enrollment_by_contact on enrollment (tenant_id, contact_id, id desc)`,
  `create index enrollment_by_sequence on enrollment (tenant_id, sequence_id, id desc)`,
  `create table task (
    tenant_id uuid not null references tenant,
    id uuid not null,
    enrollment_id uuid not null,
    step_index integer not null,
    contact_id uuid not null,
    title text not null,
    note text not null,
    status text not null check (status in ('open', 'completed', 'cancelled')),
    due_at timestamptz not null,
    completed_at timestamptz,
    completed_by text,
    primary key (tenant_id, id),
    unique (tenant_id, enrollment_id, step_index)
  )`,
  `create index task_by_contact on task (tenant_id, contact_id) where status = 'open'`,
);
