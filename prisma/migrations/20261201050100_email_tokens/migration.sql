-- Proofs of email addresses: the tokens of links in mails, by their hashes, and the time at which each person proved their address.
-- Everybody who has an account now may go on as before, so they count as proved.

alter table users add column email_verified_at timestamptz(3);

update users set email_verified_at = created_at;

create type email_token_purpose as enum ('VERIFY_EMAIL', 'CHANGE_EMAIL', 'RESET_PASSWORD');

-- One for each person and purpose: a new request replaces the token, and its use deletes it.
create table email_tokens (
  user_id uuid not null references users (id),
  purpose email_token_purpose not null,
  token_hash bytea not null,
  address text not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  primary key (user_id, purpose),
  constraint a_token_hash_is_sha256 check (length(token_hash) = 32),
  constraint a_token_expires_after_its_creation check (expires_at > created_at),
  constraint an_address_to_prove_is_kept_in_lower_case check (address = lower(address))
);

create unique index email_tokens_token_hash_key on email_tokens (token_hash);
create index email_tokens_expires_at_idx on email_tokens (expires_at);
