import { statements } from './statements.ts';

export const { up } = statements(
  `create table event (
    tenant_id uuid not null,
    id uuid not null,
    name text not null,
    contact_id uuid,
    data jsonb not null,
    at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  `create index event_by_contact on event (tenant_id, contact_id, id desc)`,
  // One row per reaction that has run: a job that runs twice reacts once.
  `create table event_reaction (
    tenant_id uuid not null,
    event_id uuid not null,
    subscriber text not null,
    primary key (tenant_id, event_id, subscriber)
  )`,
  `create table decision (
    tenant_id uuid not null,
    id uuid not null,
    subject text not null,
    subject_id uuid not null,
    contact_id uuid,
    outcome text not null,
    reason text not null,
    rule_version text not null,
    inputs jsonb not null,
    at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  `create index decision_by_contact on decision (tenant_id, contact_id, id desc)`,
  `create index decision_by_subject on decision (tenant_id, subject_id, id desc)`,
  `create table idempotency_key (
    tenant_id uuid not null,
    key text not null,
    fingerprint text not null,
    state text not null check (state in ('running', 'done')),
    status integer,
    body jsonb,
    created_at timestamptz not null,
    primary key (tenant_id, key)
  )`,
);
