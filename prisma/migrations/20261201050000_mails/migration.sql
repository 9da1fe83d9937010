-- Mails: rows inserted in the transaction of the change that they report, sent by a job. A mail keeps its parameters and not its text,
-- because the text may have a token of one use; the token is encrypted, and erased with the end of the mail. Also the language
-- and the time zone of each person.

create type mail_status as enum ('PENDING', 'SENT', 'FAILED');

create table mails (
  id uuid primary key,
  kind text not null,
  user_id uuid not null references users (id),
  to_address text not null,
  locale text not null,
  parameters jsonb not null,
  sealed_token bytea,
  status mail_status not null default 'PENDING',
  created_at timestamptz(3) not null,
  due_at timestamptz(3),
  attempt_count integer not null default 0,
  lease_until timestamptz(3),
  ended_at timestamptz(3),
  failure text,
  constraint only_a_pending_mail_is_due check ((status = 'PENDING') = (due_at is not null)),
  constraint a_mail_ends_when_it_is_sent_or_failed check ((status = 'PENDING') = (ended_at is null)),
  constraint a_failed_mail_has_its_failure check (status <> 'FAILED' or failure is not null),
  constraint a_count_of_attempts_is_not_negative check (attempt_count >= 0)
);

-- A mail that was sent, or given up, is never sent again.
create function refuse_ended_mail() returns trigger
language plpgsql
as $$
begin
  raise exception 'mail % has ended', old.id
    using errcode = 'check_violation', constraint = 'an_ended_mail_never_changes', table = 'mails';
end
$$;

create trigger an_ended_mail_never_changes
before update on mails
for each row when (old.status <> 'PENDING')
execute function refuse_ended_mail();

create index mails_user_id_idx on mails (user_id);
create index mails_due_at_idx on mails (due_at) where due_at is not null;
create index mails_ended_at_idx on mails (ended_at) where ended_at is not null;
-- For the gauge of mails that wait or failed.
create index mails_unsent_idx on mails (status) where status <> 'SENT';
create index mails_created_at_idx on mails (created_at desc, id desc);
create index mails_to_address_idx on mails (to_address, created_at desc, id desc);

alter table users
  add column locale text not null default 'en',
  add column time_zone text not null default 'UTC';
