import { statements } from './statements.ts';

export const { up } = statements(
  `create table contact (
    tenant_id uuid not null references tenant,
    id uuid not null,
    first_name text,
    last_name text,
    job_title text,
    company_name text,
    owner_member_id uuid,
    time_zone text,
    time_zone_source text not null default 'account' check (time_zone_source in ('record', 'country', 'account')),
    country text,
    properties jsonb not null default '{}',
    status text not null default 'active' check (status in ('active', 'merged', 'deleted', 'erased')),
    merged_into_id uuid,
    fetched_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  // People are known by the CRM's record id; an address may change, the record id does not.
  `create table contact_record (
    tenant_id uuid not null,
    crm text not null,
    record_id text not null,
    object_type text not null,
    contact_id uuid not null,
    -- False for a record that was merged into another one: its id still leads to the person.
    is_current boolean not null default true,
    -- What this CRM said last, and when: a person in several CRMs is put together from all their records.
    said jsonb,
    fetched_at timestamptz,
    -- The record that was known first leads.
    linked_at timestamptz,
    primary key (tenant_id, crm, record_id)
  )`,
  `create index contact_record_by_contact on contact_record (tenant_id, contact_id)`,
  `create table contact_address (
    tenant_id uuid not null,
    contact_id uuid not null,
    address text not null,
    position integer not null,
    primary key (tenant_id, contact_id, address)
  )`,
  `create index contact_by_address on contact_address (tenant_id, address)`,
  // Are these two the same person? Asked where the account wants to be asked; a no is remembered.
  `create table same_person_question (
    tenant_id uuid not null references tenant,
    id uuid not null,
    contact_id uuid not null,
    other_contact_id uuid not null,
    state text not null check (state in ('open', 'same', 'different')),
    asked_at timestamptz not null,
    answered_at timestamptz,
    answered_by text,
    primary key (tenant_id, id),
    unique (tenant_id, contact_id, other_contact_id)
  )`,
  // Kept after a person is erased, so the key is an HMAC and not the address. A person who unsubscribed stays so under
  // another address too, hence the kind \`person\`. The hint tells the rows of a list apart and goes with an erasure.
  `create table suppression (
    tenant_id uuid not null references tenant,
    key text not null,
    kind text not null check (kind in ('address', 'domain', 'person')),
    hint text,
    reason text not null check (reason in ('opted_out', 'hard_bounce', 'complaint', 'manual', 'crm')),
    source text not null,
    created_at timestamptz not null,
    primary key (tenant_id, key)
  )`,
  // What people agreed to and took back; rows are only added.
  `create table consent (
    tenant_id uuid not null references tenant,
    id uuid not null,
    person_key text not null,
    purpose text not null check (purpose in ('tracking')),
    granted boolean not null,
    source text not null,
    text_version text not null,
    actor text not null,
    at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  `create index consent_by_person on consent (tenant_id, person_key, id desc)`,
);
