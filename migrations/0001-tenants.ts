import { statements } from './statements.ts';

export const { up } = statements(
  `create table tenant (
    id uuid primary key,
    name text not null,
    status text not null default 'active' check (status in ('active', 'disconnected')),
    postal_address text,
    tracking_level text not null default 'full' check (tracking_level in ('none', 'hygiene', 'full')),
    time_zone text not null default 'UTC',
    created_at timestamptz not null
  )`,
  `create table member (
    tenant_id uuid not null references tenant,
    id uuid not null,
    crm text not null,
    crm_user_id text not null,
    crm_owner_id text,
    email text not null,
    name text not null,
    role text not null default 'rep' check (role in ('rep', 'admin')),
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, crm, crm_user_id)
  )`,
  `create table crm_connection (
    tenant_id uuid not null references tenant,
    id uuid not null,
    crm text not null,
    account_id text not null,
    status text not null check (status in ('connected', 'reconnect', 'uninstalled')),
    status_reason text,
    scopes text[] not null default '{}',
    -- Where this account's API is, where each account has its own.
    api_url text,
    connected_at timestamptz not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (crm, account_id)
  )`,
  // Tokens of a connected vendor; the id is that of the CRM connection or mailbox they belong to.
  `create table vendor_grant (
    tenant_id uuid not null references tenant,
    id uuid not null,
    vendor text not null,
    account text not null,
    sealed_tokens text not null,
    expires_at timestamptz not null,
    refused_at timestamptz,
    -- Somebody refreshes the tokens now, until then at the latest.
    refreshing_until timestamptz,
    primary key (tenant_id, id)
  )`,
  // A connect attempt: the state of an OAuth round trip, used once.
  `create table oauth_state (
    state text primary key,
    vendor text not null,
    tenant_id uuid,
    member_id uuid,
    sealed_verifier text,
    expires_at timestamptz not null
  )`,
  `create table api_key (
    tenant_id uuid not null references tenant,
    id uuid not null,
    name text not null,
    prefix text not null,
    hash text not null unique,
    scopes text[] not null,
    api_version text,
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz,
    primary key (tenant_id, id)
  )`,
);
