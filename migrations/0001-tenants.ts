import { statements } from './statements.ts';

export const { up } = statements(
  `create table tenant (
    id uuid primary key,
    name text not null,
    status text not null default 'active' check (status in ('active', 'disconnected')),
    postal_address text,
    tracking_level text not null default 'full' check (tracking_level in ('none', 'hygiene', 'full')),
    time_zone text not null default 'UTC',
    -- Whether a record of another CRM with the same address is the same person at once, or after an admin said so.
    same_person_policy text not null default 'automatic' check (same_person_policy in ('automatic', 'confirmed')),
    -- Where a CRM takes copies of mails: whether we log them, or send each as a blind copy instead.
    mail_logging text not null default 'activities' check (mail_logging in ('activities', 'smart_bcc')),
    created_at timestamptz not null
  )`,
  `create table member (
    tenant_id uuid not null references tenant,
    id uuid not null,
    email text not null,
    name text not null,
    role text not null default 'rep' check (role in ('rep', 'admin')),
    created_at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  // One colleague, as each of the CRMs knows them.
  `create table member_identity (
    tenant_id uuid not null references tenant,
    crm text not null,
    crm_user_id text not null,
    member_id uuid not null,
    -- The id under which records name their owner, where it is not the user id.
    crm_owner_id text,
    email text not null,
    name text,
    -- The CRM says so: only such a person's tokens see the whole account.
    is_admin boolean not null default false,
    primary key (tenant_id, crm, crm_user_id)
  )`,
  `create index member_identity_by_member on member_identity (tenant_id, member_id)`,
  `create index member_identity_by_owner on member_identity (tenant_id, crm, crm_owner_id)`,
  `create index member_identity_by_email on member_identity (tenant_id, email)`,
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
    -- Whose tokens serve the sync: the connection's own, or a member's where every colleague installs; null: nobody's yet.
    grant_id uuid,
    connected_at timestamptz not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (crm, account_id)
  )`,
  // What an admin must change in the CRM: one row per connection and code, however many records it concerns.
  `create table connection_problem (
    tenant_id uuid not null,
    connection_id uuid not null,
    code text not null,
    sentence text not null,
    how_to_fix text not null,
    since timestamptz not null,
    retry_at timestamptz not null,
    primary key (tenant_id, connection_id, code)
  )`,
  `create index connection_problem_due on connection_problem (retry_at)`,
  // Keys with which a CRM's own server code calls us; only their hashes.
  `create table org_key (
    tenant_id uuid not null,
    id uuid not null,
    connection_id uuid not null,
    hash text not null unique,
    created_at timestamptz not null,
    -- A newer key took its place: it still works until then.
    ends_at timestamptz,
    primary key (tenant_id, id)
  )`,
  `create index org_key_by_connection on org_key (tenant_id, connection_id)`,
  // Tokens of a connected vendor; the id is that of the CRM connection, mailbox or member they belong to.
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
