-- Access tokens: for scripts and servers of one person, restricted to scopes. Only the SHA-256 of a token is kept.

create type access_token_scope as enum (
  'TASKS_READ', 'TASKS_WRITE', 'CHATS_READ', 'CHATS_WRITE', 'MONEY_READ', 'MONEY_WRITE', 'SUPPORT', 'ADMIN', 'WEBHOOKS'
);

create table access_tokens (
  id uuid primary key,
  user_id uuid not null references users (id),
  name text not null,
  scopes access_token_scope[] not null,
  token_hash bytea not null,
  hint text not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  constraint a_hash_of_an_access_token_is_sha256 check (length(token_hash) = 32),
  constraint an_access_token_has_a_scope check (cardinality(scopes) > 0),
  constraint a_hint_has_four_characters check (length(hint) = 4),
  constraint an_access_token_expires_after_its_creation check (expires_at > created_at)
);

-- An access token never returns after its revocation, and never gains a right.
create function refuse_change_of_access_token() returns trigger
language plpgsql
as $$
begin
  raise exception 'access token % cannot change', old.id
    using errcode = 'check_violation', constraint = 'an_access_token_only_ends', table = 'access_tokens';
end
$$;

create trigger an_access_token_only_ends
before update on access_tokens
for each row when (
  (old.user_id, old.scopes, old.token_hash, old.hint, old.created_at) is distinct from
    (new.user_id, new.scopes, new.token_hash, new.hint, new.created_at)
  or old.expires_at is distinct from new.expires_at
  or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at)
)
execute function refuse_change_of_access_token();

create unique index access_tokens_token_hash_key on access_tokens (token_hash);
create index access_tokens_user_id_idx on access_tokens (user_id, id desc);
-- For the sweep of dead tokens.
create index access_tokens_expires_at_idx on access_tokens (expires_at) where expires_at is not null;
create index access_tokens_revoked_at_idx on access_tokens (revoked_at) where revoked_at is not null;
