-- The lines of statements: what each posting moved for one person, or for the platform. A page of them is a stretch of the primary key, and a
-- balance at any moment a sum over it; from the entries both would read every account of a person's tasks. The trigger is created first, which
-- locks postings out until the commit; then the lines of all earlier postings are written: some twenty seconds for a million entries.

-- The money of a person: what is held for the tasks that they posted, and what they are owed as a tasker, less what they owe. That of the
-- platform: its fees, less what it lost. Money at the provider and on its way back to posters belongs to nobody's statement. A reversal takes
-- money from the tasker's account at the provider, not from their balance: their line has no amount.
create view statement_movements as
select owner_id, currency, posted_at, sequence, transaction_id, sum(amount_minor)::bigint as amount_minor
from (
  select
    coalesce(account.user_id, task.poster_id, '00000000-0000-0000-0000-000000000000'),
    account.currency,
    posting.posted_at,
    posting.sequence,
    posting.id,
    case entry.direction when 'CREDIT' then entry.amount_minor else -entry.amount_minor end
  from ledger_transactions posting
  join ledger_entries entry on entry.transaction_id = posting.id
  join ledger_accounts account on account.id = entry.account_id
  left join tasks task on task.id = account.task_id
  where account.kind not in ('PROVIDER_CLEARING', 'REFUND_CLEARING')
  union all
  select transfer.destination_id, transfer.currency, posting.posted_at, posting.sequence, posting.id, 0
  from ledger_transactions posting
  join transfers transfer on transfer.id = posting.transfer_id
  where posting.kind = 'reversal.succeeded'
) part (owner_id, currency, posted_at, sequence, transaction_id, amount_minor)
group by owner_id, currency, posted_at, sequence, transaction_id;

create table statement_lines (
  owner_id uuid not null,
  currency text not null,
  posted_at timestamptz(3) not null,
  sequence bigint not null,
  transaction_id uuid not null references ledger_transactions (id),
  amount_minor bigint not null,
  primary key (owner_id, currency, posted_at, sequence) include (amount_minor)
);

-- A posting may come in several statements; its lines are those of all entries so far.
create function keep_statement_lines() returns trigger
language plpgsql
as $$
declare
  posting_ids uuid[] := array(select distinct transaction_id from new_entries);
begin
  insert into statement_lines (owner_id, currency, posted_at, sequence, transaction_id, amount_minor)
  select owner_id, currency, posted_at, sequence, transaction_id, amount_minor
  from statement_movements
  where transaction_id = any(posting_ids)
  on conflict (owner_id, currency, posted_at, sequence) do update set amount_minor = excluded.amount_minor;
  return null;
end
$$;

create trigger entries_have_statement_lines
after insert on ledger_entries
referencing new table as new_entries
for each statement execute function keep_statement_lines();

insert into statement_lines (owner_id, currency, posted_at, sequence, transaction_id, amount_minor)
select owner_id, currency, posted_at, sequence, transaction_id, amount_minor
from statement_movements;

create function refuse_statement_line() returns trigger
language plpgsql
as $$
begin
  raise exception 'statement lines follow from entries: % refused', lower(tg_op)
    using errcode = 'check_violation', constraint = 'statement_lines_follow_from_entries', table = tg_table_name;
end
$$;

-- Only the trigger on entries comes from within another trigger.
create trigger statement_lines_follow_from_entries
before insert or update or delete on statement_lines
for each row when (pg_trigger_depth() = 0)
execute function refuse_statement_line();

create trigger statement_lines_are_not_truncated
before truncate on statement_lines
for each statement execute function refuse_statement_line();
