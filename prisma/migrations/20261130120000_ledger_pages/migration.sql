-- The pages of the ledger. `reverses_id` links a posting to the one that it reverses. Closings keep the balance at a past moment of the
-- platform's accounts, which have an entry of nearly every posting; the accounts of tasks and people have few entries, which are summed.
-- The index is built and the few reversed postings are linked under a lock on postings: some five seconds for a million.

alter table ledger_transactions
  add column reverses_id uuid references ledger_transactions (id),
  add constraint a_posting_does_not_reverse_itself check (reverses_id <> id);

-- Postings are append-only; this links those that were made before the column existed.
alter table ledger_transactions disable trigger ledger_transactions_are_append_only;

update ledger_transactions reversal
set reverses_id = reversed.id
from ledger_transactions reversed
where (reversal.kind = 'transfer.canceled' and reversed.transfer_id = reversal.transfer_id and reversed.kind = 'transfer.created')
  or (reversal.kind = 'refund.failed' and reversed.refund_id = reversal.refund_id and reversed.kind = 'refund.requested');

alter table ledger_transactions enable trigger ledger_transactions_are_append_only;

create index ledger_transactions_reverses_id_idx on ledger_transactions (reverses_id) where reverses_id is not null;
create index ledger_transactions_posted_at_idx on ledger_transactions (posted_at);

-- Debits less credits of all entries of an account of the platform up to and including a moment. A timer (closeLedger) writes one for
-- each account that has entries after the closing before. An account without a row at a closing has the balance of its last row.
create table ledger_closings (
  account_id uuid not null references ledger_accounts (id),
  through timestamptz(3) not null,
  debit_minor bigint not null,
  primary key (account_id, through)
);

create index ledger_closings_through_idx on ledger_closings (through);

-- An entry that is committed after a closing of its moment is added to this closing and all later ones. The lock excludes the timer,
-- which therefore either sees the entry or is seen here. Postings share the lock, so they do not wait for each other.
create function keep_closings() returns trigger
language plpgsql
as $$
declare
  moment timestamptz;
  closed_through timestamptz;
begin
  perform
  from ledger_accounts
  where id = new.account_id
    and task_id is null
    and user_id is null;
  if not found then
    return null;
  end if;
  perform pg_advisory_xact_lock_shared(72707375::bigint);
  select posted_at into moment from ledger_transactions where id = new.transaction_id;
  select min(through) into closed_through from ledger_closings where through >= moment;
  if closed_through is null then
    return null;
  end if;
  insert into ledger_closings (account_id, through, debit_minor)
  values (
    new.account_id,
    closed_through,
    coalesce((
      select debit_minor
      from ledger_closings
      where account_id = new.account_id
        and through < closed_through
      order by through desc
      limit 1
    ), 0)
  )
  on conflict do nothing;
  update ledger_closings
  set debit_minor = debit_minor + case new.direction when 'DEBIT' then new.amount_minor else -new.amount_minor end
  where account_id = new.account_id
    and through >= closed_through;
  return null;
end
$$;

create trigger an_entry_changes_its_closings
after insert on ledger_entries
for each row execute function keep_closings();

create function refuse_closing() returns trigger
language plpgsql
as $$
begin
  raise exception 'closings follow from entries: % refused', lower(tg_op)
    using errcode = 'check_violation', constraint = 'ledger_closings_follow_from_entries', table = tg_table_name;
end
$$;

-- Only the trigger on entries comes from within another trigger.
create trigger ledger_closings_follow_from_entries
before update or delete on ledger_closings
for each row when (pg_trigger_depth() = 0)
execute function refuse_closing();

create trigger ledger_closings_are_not_truncated
before truncate on ledger_closings
for each statement execute function refuse_closing();
