import { statements } from './statements.ts';

export const { up } = statements(
  `create table template (
    tenant_id uuid not null references tenant,
    id uuid not null,
    name text not null,
    latest_version integer not null,
    archived_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  // Versions never change: what was sent can be rendered again from the version and the message's variables.
  `create table template_version (
    tenant_id uuid not null,
    template_id uuid not null,
    version integer not null,
    subject text not null,
    html text,
    text text,
    created_at timestamptz not null,
    primary key (tenant_id, template_id, version)
  )`,
  `create table mailbox (
    tenant_id uuid not null references tenant,
    id uuid not null,
    vendor text not null,
    address text not null,
    display_name text,
    owner_member_id uuid,
    status text not null check (status in ('connected', 'reconnect', 'paused', 'disconnected')),
    status_reason text,
    daily_cap integer not null,
    hourly_cap integer,
    ramp jsonb,
    working_hours jsonb,
    spacing_seconds integer not null,
    time_zone text not null,
    signature text,
    reply_to text,
    reply_to_mailbox_id uuid,
    aliases text[] not null default '{}',
    health_since timestamptz,
    sent_on text,
    sent_count integer not null default 0,
    hour_on text,
    hour_count integer not null default 0,
    last_sent_at timestamptz,
    reserved_until timestamptz,
    cursor text,
    synced_at timestamptz,
    next_sync_at timestamptz,
    watch_expires_at timestamptz,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, address)
  ) with (fillfactor = 50)`,
  `create index mailbox_by_address on mailbox (vendor, address)`,
  `create index mailbox_to_sync on mailbox (next_sync_at) where status in ('connected', 'paused')`,
  `create table send_settings (
    tenant_id uuid primary key references tenant,
    account_daily_cap integer,
    recipient_domain_daily_cap integer,
    tracking_host text,
    tracking_state text not null default 'none' check (tracking_state in ('none', 'pending', 'verified', 'lost')),
    tracking_reason text,
    tracking_check_at timestamptz
  )`,
  // One account only may send people through a host.
  `create unique index tracking_host_verified on send_settings (tracking_host) where tracking_state = 'verified'`,
  `create table send_count (
    tenant_id uuid not null,
    scope text not null,
    day text not null,
    sent_count integer not null,
    primary key (tenant_id, scope)
  )`,
  `create table sending_domain (
    tenant_id uuid not null references tenant,
    domain text not null,
    checked_at timestamptz,
    next_check_at timestamptz not null,
    findings jsonb not null,
    primary key (tenant_id, domain)
  )`,
  `create index sending_domain_due on sending_domain (next_check_at)`,
  // Half of each page stays free: a batch changes all rows of a page at once, in place.
  `create table message (
    tenant_id uuid not null references tenant,
    id uuid not null,
    mailbox_id uuid not null,
    contact_id uuid not null,
    enrollment_id uuid,
    step_index integer,
    template_id uuid,
    template_version integer,
    variables jsonb not null,
    content jsonb,
    to_address text not null,
    -- A blind copy goes to this address of the person in this CRM, which then shows the mail by itself; fixed with the mail.
    copy_crm text,
    copy_to text,
    subject text,
    state text not null check (state in ('scheduled', 'held', 'claimed', 'sending', 'sent', 'failed', 'cancelled', 'parked')),
    not_before timestamptz not null,
    send_window jsonb,
    reply_in_thread boolean not null default false,
    replies_since timestamptz,
    why_waiting text,
    held_for text[] not null default '{}',
    cancel_requested boolean not null default false,
    tracking_level text not null,
    tracking_token text not null unique,
    links text[] not null default '{}',
    message_id_header text not null,
    in_reply_to text,
    reply_mailbox_id uuid,
    claim_id uuid,
    claimed_until timestamptz,
    attempt_count integer not null default 0,
    reply_check jsonb,
    intent_at timestamptz,
    sent_at timestamptz,
    provider_message_id text,
    provider_thread_id text,
    wire_message_id text,
    failure_code text,
    failure_reason text,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, enrollment_id, step_index)
  ) with (fillfactor = 50)`,
  // When each message is looked at next: one that waits when its time has come, one that a worker has when its claim
  // lapses; others have no row. Apart from the messages, and none of their indexes knows their state, so that the steps of
  // a send change a message in place (a heap-only tuple) instead of in all of its indexes. What holds is the message.
  `create table message_turn (
    tenant_id uuid not null,
    message_id uuid not null,
    mailbox_id uuid not null,
    at timestamptz not null,
    taken boolean not null,
    primary key (tenant_id, message_id)
  )`,
  `create index message_turn_due on message_turn (at) where not taken`,
  `create index message_turn_due_by_mailbox on message_turn (tenant_id, mailbox_id, at) where not taken`,
  `create index message_turn_lapsed on message_turn (at) where taken`,
  // A trigger, because its statements see what was committed while theirs waited for a lock: a turn can neither be missing
  // nor be left behind, whoever changes a message.
  `create function keep_message_turns() returns trigger language plpgsql as $$
  begin
    delete from message_turn t using changed c
      where t.tenant_id = c.tenant_id and t.message_id = c.id and c.state not in ('scheduled', 'claimed', 'sending');
    insert into message_turn as t (tenant_id, message_id, mailbox_id, at, taken)
      select tenant_id, id, mailbox_id, case when state = 'scheduled' then not_before else claimed_until end, state <> 'scheduled'
      from changed where state in ('scheduled', 'claimed', 'sending')
      on conflict (tenant_id, message_id) do update set at = excluded.at, taken = excluded.taken, mailbox_id = excluded.mailbox_id
      where (t.at, t.taken, t.mailbox_id) is distinct from (excluded.at, excluded.taken, excluded.mailbox_id);
    return null;
  end $$`,
  `create trigger message_turn_of_new after insert on message
    referencing new table as changed for each statement execute function keep_message_turns()`,
  `create trigger message_turn_of_changed after update on message
    referencing new table as changed for each statement execute function keep_message_turns()`,
  `create index message_by_contact on message (tenant_id, contact_id, id desc)`,
  `create index message_by_address on message (tenant_id, to_address, created_at)`,
  `create index message_by_wire_id on message (tenant_id, wire_message_id) where wire_message_id is not null`,
  `create index message_sent_by_mailbox on message (tenant_id, mailbox_id, sent_at desc) where sent_at is not null`,
  `create index message_by_thread on message (tenant_id, mailbox_id, provider_thread_id) where provider_thread_id is not null`,
  // Requests for pixels and links, as they came and before their mail is looked up: written before each is answered, hence
  // without an index, and within seconds turned into hits.
  `create table tracking_request (
    request json not null
  )`,
  // Hits on pixels and links; verdicts are computed from them and can be computed again.
  `create table tracking_hit (
    tenant_id uuid not null,
    id uuid not null,
    message_id uuid not null,
    kind text not null check (kind in ('open', 'click')),
    link_index integer,
    at timestamptz not null,
    method text not null,
    visitor text not null,
    network text not null,
    headers jsonb not null,
    evidence text check (evidence in ('human', 'likely', 'machine')),
    reasons text[],
    counted boolean not null default false,
    rule_version integer,
    primary key (tenant_id, id)
  )`,
  `create index tracking_hit_by_message on tracking_hit (tenant_id, message_id, at)`,
  `create index tracking_hit_ungraded on tracking_hit (at) where evidence is null`,
  `create table inbound_message (
    tenant_id uuid not null references tenant,
    id uuid not null,
    mailbox_id uuid not null,
    provider_message_id text not null,
    provider_thread_id text not null,
    received_at timestamptz not null,
    kind text not null,
    from_address text not null,
    subject text not null,
    text text not null,
    contact_id uuid,
    message_id uuid,
    matched_by text,
    confidence text,
    returns_on text,
    bounce jsonb,
    evidence jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, mailbox_id, provider_message_id)
  )`,
  `create index inbound_bounces on inbound_message (tenant_id, message_id) where kind = 'bounce'`,
  `create index inbound_by_contact on inbound_message (tenant_id, contact_id, received_at)`,
);
