-- Second factors: authenticator apps and passkeys of people, their recovery codes, and the challenges by which a sign-in or a sensitive
-- mutation asks for one. Sessions keep their last proof, so that such a mutation can ask for a recent one.

create type second_factor_kind as enum ('TOTP', 'PASSKEY');

create table second_factors (
  id uuid primary key,
  user_id uuid not null references users (id),
  slot integer not null,
  kind second_factor_kind not null,
  name text not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3),
  sealed_secret bytea,
  last_step bigint,
  credential_id bytea,
  public_key bytea,
  sign_count bigint,
  transports text[] not null default '{}',
  constraint a_person_has_at_most_ten_second_factors check (slot between 1 and 10),
  constraint only_an_authenticator_app_has_a_secret check ((kind = 'TOTP') = (sealed_secret is not null)),
  constraint only_an_authenticator_app_has_a_last_step check ((kind = 'TOTP') = (last_step is not null)),
  constraint only_a_passkey_has_a_credential check ((kind = 'PASSKEY') = (credential_id is not null)),
  constraint only_a_passkey_has_a_public_key check ((kind = 'PASSKEY') = (public_key is not null)),
  constraint only_a_passkey_has_a_sign_count check ((kind = 'PASSKEY') = (sign_count is not null))
);

create unique index second_factors_user_id_slot_key on second_factors (user_id, slot);
create unique index second_factors_credential_id_key on second_factors (credential_id);

-- Counters only rise, so that neither a code nor the signature of a copied passkey is accepted twice; the rest never changes.
create function refuse_reused_factor() returns trigger
language plpgsql
as $$
begin
  raise exception 'second factor % would accept a used proof', old.id
    using errcode = 'check_violation', constraint = 'a_used_proof_is_never_accepted_again', table = 'second_factors';
end
$$;

create trigger a_used_proof_is_never_accepted_again
before update on second_factors
for each row when (
  new.last_step < old.last_step
  or new.sign_count < old.sign_count
  or (new.user_id, new.kind) is distinct from (old.user_id, old.kind)
  or (new.sealed_secret, new.credential_id, new.public_key)
    is distinct from (old.sealed_secret, old.credential_id, old.public_key)
)
execute function refuse_reused_factor();

-- A used code is deleted, so it is used once.
create table recovery_codes (
  user_id uuid not null references users (id),
  number integer not null,
  code_hash bytea not null,
  created_at timestamptz(3) not null,
  primary key (user_id, number),
  constraint a_person_has_at_most_ten_recovery_codes check (number between 1 and 10),
  constraint the_hash_of_a_recovery_code_is_sha256 check (length(code_hash) = 32)
);

-- The secret of an authenticator app until its first code confirms it: one for each person.
create table totp_enrollments (
  user_id uuid primary key references users (id),
  session_id uuid not null references sessions (id) on delete cascade,
  sealed_secret bytea not null,
  attempts integer not null default 0,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  constraint an_enrollment_allows_five_attempts check (attempts between 0 and 4),
  constraint an_enrollment_expires_after_its_creation check (expires_at > created_at)
);

create index totp_enrollments_session_id_idx on totp_enrollments (session_id);
create index totp_enrollments_expires_at_idx on totp_enrollments (expires_at);

create type challenge_purpose as enum ('SIGN_IN', 'FRESH_PROOF', 'PASSKEY_REGISTRATION', 'PASSKEY_SIGN_IN');

-- A used challenge is deleted, so it is used once. Its time is real, like that of sessions.
create table challenges (
  token_hash bytea primary key,
  purpose challenge_purpose not null,
  user_id uuid references users (id),
  session_id uuid references sessions (id) on delete cascade,
  attempts integer not null default 0,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  constraint the_hash_of_a_challenge_is_sha256 check (length(token_hash) = 32),
  constraint a_challenge_allows_five_attempts check (attempts between 0 and 4),
  constraint a_challenge_expires_after_its_creation check (expires_at > created_at),
  constraint only_a_sign_in_by_passkey_knows_no_person check ((purpose = 'PASSKEY_SIGN_IN') = (user_id is null)),
  constraint a_challenge_within_a_session_names_it
    check ((purpose in ('FRESH_PROOF', 'PASSKEY_REGISTRATION')) = (session_id is not null))
);

create index challenges_user_id_idx on challenges (user_id, purpose, created_at desc);
create index challenges_session_id_idx on challenges (session_id);
create index challenges_expires_at_idx on challenges (expires_at);

-- The default is for servers of the previous version, which insert sessions without the column during an upgrade.
alter table sessions
  add column proven_at timestamptz(3),
  add column second_factor_at timestamptz(3);

update sessions set proven_at = created_at;

alter table sessions
  alter column proven_at set default clock_timestamp(),
  alter column proven_at set not null;
