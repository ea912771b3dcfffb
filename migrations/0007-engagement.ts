import { statements } from './statements.ts';

export const { up } = statements(
  `create table engagement (
    tenant_id uuid not null references tenant,
    id uuid not null,
    contact_id uuid not null,
    message_id uuid,
    kind text not null check (kind in ('open', 'click', 'reply')),
    evidence text not null check (evidence in ('human', 'likely', 'machine')),
    label text not null,
    at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  `create index engagement_by_contact on engagement (tenant_id, contact_id, at)`,
  // The score as last announced; the truth is the sum of lines, computed from engagement at any time.
  `create table score (
    tenant_id uuid not null references tenant,
    contact_id uuid not null,
    value double precision not null,
    tier integer not null,
    rule_version text not null,
    computed_at timestamptz not null,
    primary key (tenant_id, contact_id)
  )`,
  `create index score_to_refresh on score (computed_at) where value > 0`,
);
