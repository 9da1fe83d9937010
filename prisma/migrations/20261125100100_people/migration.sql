-- People, their sessions, and the log of what staff did and who signed in.

create type role as enum ('USER', 'AGENT', 'FINANCE', 'ADMIN');
create type payout_readiness as enum ('NOT_STARTED', 'PENDING_VERIFICATION', 'READY', 'RESTRICTED', 'REJECTED');

create table users (
  id uuid primary key,
  email text not null,
  display_name text not null,
  password_hash text not null,
  roles role[] not null default '{USER}',
  payout_readiness payout_readiness not null default 'READY',
  suspended_at timestamptz(3),
  created_at timestamptz(3) not null,
  constraint an_email_is_kept_in_lower_case check (email = lower(email)),
  constraint everybody_is_a_user check ('USER' = any(roles))
);

create unique index users_email_key on users (email);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id),
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3) not null,
  user_agent text,
  generation integer not null default 1,
  rotated_at timestamptz(3) not null,
  grace_used boolean not null default false,
  revoked_at timestamptz(3),
  constraint a_generation_counts_from_one check (generation >= 1)
);

create index sessions_user_id_idx on sessions (user_id, id desc);

create table audit_records (
  id uuid primary key,
  at timestamptz(3) not null,
  actor_id uuid references users (id),
  action text not null,
  subject_type text,
  subject_id uuid,
  reason text,
  request_id text,
  constraint a_subject_has_a_type_and_an_id check ((subject_type is null) = (subject_id is null))
);

create index audit_records_actor_id_idx on audit_records (actor_id);

create function refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
    using errcode = 'check_violation', constraint = tg_table_name || '_are_append_only', table = tg_table_name;
end
$$;

create trigger audit_records_are_append_only
before update or delete on audit_records
for each row execute function refuse_change();

create trigger audit_records_are_not_truncated
before truncate on audit_records
for each statement execute function refuse_change();

create table idempotency_keys (
  caller_id uuid not null references users (id),
  mutation text not null,
  key text not null,
  request_hash bytea not null,
  first_used_at timestamptz(3) not null,
  ids jsonb,
  refusal jsonb,
  primary key (caller_id, mutation, key),
  constraint a_key_has_at_most_255_characters check (length(key) between 1 and 255)
);
