-- Money: holds, transfers, refunds, and a double-entry ledger that refuses, at commit, whatever does not add up.

create type hold_status as enum ('PENDING', 'HELD', 'RELEASED', 'REFUNDED', 'FAILED');
create type transfer_status as enum (
  'PENDING', 'PROCESSING', 'IN_DOUBT', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'REVERSED'
);
create type attempt_outcome as enum ('ACCEPTED', 'REFUSED', 'UNKNOWN', 'NOT_SENT');
create type refund_status as enum ('PENDING', 'PROCESSING', 'IN_DOUBT', 'SUCCEEDED', 'FAILED');
create type ledger_account_kind as enum (
  'TASK_HOLD', 'USER_PAYABLE', 'PLATFORM_FEE', 'PROVIDER_CLEARING', 'REFUND_CLEARING', 'ADJUSTMENT'
);
create type entry_direction as enum ('DEBIT', 'CREDIT');

create table holds (
  id uuid primary key,
  task_id uuid not null references tasks (id),
  status hold_status not null,
  amount_minor bigint not null,
  remaining_minor bigint not null,
  released_minor bigint not null default 0,
  currency text not null,
  payment_method_id text not null,
  provider_reference text,
  client_secret text,
  failure_code text,
  frozen boolean not null default false,
  created_at timestamptz(3) not null,
  funded_at timestamptz(3),
  superseded_at timestamptz(3),
  provider_key text not null,
  funding_key text not null,
  ask_at timestamptz(3),
  ask_count integer not null default 0,
  lease_until timestamptz(3),
  constraint a_hold_is_positive check (amount_minor > 0),
  constraint a_hold_never_gives_more_than_it_has check (remaining_minor between 0 and amount_minor),
  constraint a_hold_is_funded_exactly_when_money_came check (
    (status in ('HELD', 'RELEASED', 'REFUNDED')) = (funded_at is not null)
  ),
  constraint an_unfunded_hold_has_nothing_left check (funded_at is not null or remaining_minor = 0),
  constraint a_spent_hold_has_nothing_left check (status not in ('RELEASED', 'REFUNDED') or remaining_minor = 0),
  constraint a_held_hold_has_something_left check (status <> 'HELD' or remaining_minor > 0),
  constraint only_a_pending_hold_is_asked_for check ((status = 'PENDING') = (ask_at is not null)),
  constraint only_a_pending_hold_has_a_lease check (lease_until is null or status = 'PENDING')
);

create unique index a_task_has_one_live_hold on holds (task_id) where status in ('PENDING', 'HELD') and superseded_at is null;
create index holds_task_id_idx on holds (task_id, id desc);
create index holds_ask_at_idx on holds (ask_at) where ask_at is not null;

create table transfers (
  id uuid primary key,
  task_id uuid not null references tasks (id),
  hold_id uuid not null references holds (id),
  destination_id uuid not null references users (id),
  status transfer_status not null,
  gross_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  reversed_minor bigint not null default 0,
  currency text not null,
  provider_reference text,
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  created_at timestamptz(3) not null,
  succeeded_at timestamptz(3),
  provider_key text not null,
  due_at timestamptz(3),
  retry_count integer not null default 0,
  ask_at timestamptz(3),
  ask_count integer not null default 0,
  lease_until timestamptz(3),
  constraint gross_is_fee_and_net check (gross_minor = fee_minor + net_minor),
  constraint a_transfer_pays_something check (net_minor > 0 and fee_minor >= 0),
  constraint no_more_is_reversed_than_was_paid check (reversed_minor between 0 and net_minor),
  constraint a_transfer_succeeded_at_its_time check (
    (status in ('SUCCEEDED', 'REVERSED')) = (succeeded_at is not null)
  ),
  constraint a_retry_has_its_time check (status <> 'RETRYING' or due_at is not null),
  constraint only_a_waiting_transfer_is_due check (due_at is null or status in ('PENDING', 'RETRYING')),
  constraint only_a_transfer_in_doubt_is_asked_for check ((status = 'IN_DOUBT') = (ask_at is not null)),
  constraint only_a_transfer_in_process_has_a_lease check ((status = 'PROCESSING') = (lease_until is not null)),
  constraint a_transfer_is_retried_at_most_six_times check (retry_count between 0 and 6)
);

create unique index a_task_has_one_live_transfer on transfers (task_id) where status not in ('CANCELED', 'REVERSED');
create index transfers_task_id_idx on transfers (task_id, id desc);
create index transfers_destination_id_idx on transfers (destination_id, id desc);
create index transfers_status_idx on transfers (status, id desc);
create index transfers_hold_id_idx on transfers (hold_id);
create index transfers_provider_reference_idx on transfers (provider_reference);
create index transfers_due_at_idx on transfers (due_at) where due_at is not null;
create index transfers_ask_at_idx on transfers (ask_at) where ask_at is not null;
create index transfers_lease_until_idx on transfers (lease_until) where lease_until is not null;

create table transfer_attempts (
  transfer_id uuid not null references transfers (id),
  number integer not null,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3),
  outcome attempt_outcome,
  provider_reference text,
  provider_message text,
  primary key (transfer_id, number),
  constraint an_attempt_ends_with_an_outcome check ((ended_at is null) = (outcome is null))
);

create table refunds (
  id uuid primary key,
  task_id uuid not null references tasks (id),
  hold_id uuid not null references holds (id),
  amount_minor bigint not null,
  currency text not null,
  reason text not null,
  status refund_status not null,
  provider_reference text,
  failure_code text,
  failure_message text,
  created_at timestamptz(3) not null,
  provider_key text not null,
  due_at timestamptz(3),
  attempt_count integer not null default 0,
  retry_count integer not null default 0,
  ask_at timestamptz(3),
  ask_count integer not null default 0,
  lease_until timestamptz(3),
  constraint a_refund_is_positive check (amount_minor > 0),
  constraint only_a_waiting_refund_is_due check (due_at is null or status = 'PENDING'),
  constraint only_a_refund_in_doubt_is_asked_for check ((status = 'IN_DOUBT') = (ask_at is not null)),
  constraint only_a_refund_in_process_has_a_lease check ((status = 'PROCESSING') = (lease_until is not null)),
  constraint a_refund_is_retried_at_most_six_times check (retry_count between 0 and 6)
);

create index refunds_hold_id_idx on refunds (hold_id, id desc);
create index refunds_task_id_idx on refunds (task_id);
create index refunds_due_at_idx on refunds (due_at) where due_at is not null;
create index refunds_ask_at_idx on refunds (ask_at) where ask_at is not null;
create index refunds_lease_until_idx on refunds (lease_until) where lease_until is not null;

create table ledger_accounts (
  id uuid primary key,
  kind ledger_account_kind not null,
  task_id uuid references tasks (id),
  user_id uuid references users (id),
  currency text not null,
  constraint only_a_hold_belongs_to_a_task check ((kind = 'TASK_HOLD') = (task_id is not null)),
  constraint only_a_payable_belongs_to_a_person check ((kind = 'USER_PAYABLE') = (user_id is not null))
);

create unique index an_account_is_one_of_its_kind on ledger_accounts (
  kind,
  currency,
  coalesce(task_id, user_id, '00000000-0000-0000-0000-000000000000')
);
create index ledger_accounts_task_id_idx on ledger_accounts (task_id);
create index ledger_accounts_user_id_idx on ledger_accounts (user_id);

create table ledger_transactions (
  id uuid primary key,
  sequence bigint not null generated always as identity,
  kind text not null,
  task_id uuid not null references tasks (id),
  hold_id uuid references holds (id),
  transfer_id uuid references transfers (id),
  refund_id uuid references refunds (id),
  description text,
  posted_at timestamptz(3) not null,
  constraint a_posting_has_one_subject check (num_nonnulls(hold_id, transfer_id, refund_id) = 1)
);

create unique index ledger_transactions_sequence_key on ledger_transactions (sequence);
create index ledger_transactions_task_id_idx on ledger_transactions (task_id, sequence);
-- A second posting of the same fact is refused, however it came about.
create unique index a_hold_is_posted_once_for_each_event on ledger_transactions (hold_id, kind) where hold_id is not null;
create unique index a_transfer_is_posted_once_for_each_event on ledger_transactions (transfer_id, kind) where transfer_id is not null;
create unique index a_refund_is_posted_once_for_each_event on ledger_transactions (refund_id, kind) where refund_id is not null;

create table ledger_entries (
  id uuid primary key,
  transaction_id uuid not null references ledger_transactions (id),
  account_id uuid not null references ledger_accounts (id),
  direction entry_direction not null,
  amount_minor bigint not null,
  constraint an_entry_is_positive check (amount_minor > 0)
);

create index ledger_entries_transaction_id_idx on ledger_entries (transaction_id);
create index ledger_entries_account_id_idx on ledger_entries (account_id, id desc);

-- Kept for each account and task, not for each account: the accounts of the platform would otherwise be rows that every
-- payment of every task waits for, and "never below zero" for each task is the stronger promise.
create table ledger_balances (
  account_id uuid not null references ledger_accounts (id),
  task_id uuid not null references tasks (id),
  kind ledger_account_kind not null,
  balance_minor bigint not null,
  primary key (account_id, task_id),
  constraint an_account_that_owes_is_never_below_zero check (
    balance_minor >= 0 or kind in ('PROVIDER_CLEARING', 'ADJUSTMENT')
  )
);

create index ledger_balances_task_id_idx on ledger_balances (task_id);

create trigger ledger_transactions_are_append_only
before update or delete on ledger_transactions
for each row execute function refuse_change();

create trigger ledger_transactions_are_not_truncated
before truncate on ledger_transactions
for each statement execute function refuse_change();

create trigger ledger_entries_are_append_only
before update or delete on ledger_entries
for each row execute function refuse_change();

create trigger ledger_entries_are_not_truncated
before truncate on ledger_entries
for each statement execute function refuse_change();

create function keep_balance() returns trigger
language plpgsql
as $$
declare
  account_kind ledger_account_kind;
  normal_side entry_direction;
  posted_task_id uuid;
begin
  select kind into account_kind from ledger_accounts where id = new.account_id;
  select task_id into posted_task_id from ledger_transactions where id = new.transaction_id;
  normal_side := case when account_kind in ('PROVIDER_CLEARING', 'ADJUSTMENT') then 'DEBIT' else 'CREDIT' end;
  -- Made first, then changed: the check must see the balance after the entry, not the entry alone.
  insert into ledger_balances (account_id, task_id, kind, balance_minor)
  values (new.account_id, posted_task_id, account_kind, 0)
  on conflict do nothing;
  update ledger_balances
  set balance_minor = balance_minor + case when new.direction = normal_side then new.amount_minor else -new.amount_minor end
  where account_id = new.account_id
    and task_id = posted_task_id;
  return null;
end
$$;

create function refuse_balance() returns trigger
language plpgsql
as $$
begin
  raise exception 'balances follow from entries: % refused', lower(tg_op)
    using errcode = 'check_violation', constraint = 'ledger_balances_follow_from_entries', table = tg_table_name;
end
$$;

-- Only the trigger on entries comes from within another trigger.
create trigger ledger_balances_follow_from_entries
before insert or update or delete on ledger_balances
for each row when (pg_trigger_depth() = 0)
execute function refuse_balance();

-- A new posting may touch an account that another makes at the same moment; that changes nothing of it.
create trigger ledger_accounts_are_not_changed
before update on ledger_accounts
for each row when (old.* is distinct from new.*)
execute function refuse_change();

create trigger ledger_accounts_are_not_deleted
before delete on ledger_accounts
for each row execute function refuse_change();

create trigger an_entry_changes_its_balance
after insert on ledger_entries
for each row execute function keep_balance();

-- At commit: every ledger transaction has entries, and they sum to zero in each currency.
create function check_posting() returns trigger
language plpgsql
as $$
declare
  posting_id uuid := case tg_table_name when 'ledger_entries' then (to_jsonb(new) ->> 'transaction_id')::uuid else (to_jsonb(new) ->> 'id')::uuid end;
begin
  if not exists (select from ledger_entries where transaction_id = posting_id) then
    raise exception 'ledger transaction % has no entries', posting_id
      using errcode = 'check_violation', constraint = 'a_ledger_transaction_has_entries', table = 'ledger_transactions';
  end if;
  if exists (
    select
    from ledger_entries entry
    join ledger_accounts account on account.id = entry.account_id
    where entry.transaction_id = posting_id
    group by account.currency
    having sum(case entry.direction when 'DEBIT' then entry.amount_minor else -entry.amount_minor end) <> 0
  ) then
    raise exception 'ledger transaction % does not sum to zero', posting_id
      using errcode = 'check_violation', constraint = 'a_ledger_transaction_sums_to_zero', table = 'ledger_entries';
  end if;
  return null;
end
$$;

create constraint trigger a_ledger_transaction_sums_to_zero
after insert on ledger_entries
deferrable initially deferred
for each row execute function check_posting();

create constraint trigger a_ledger_transaction_has_entries
after insert on ledger_transactions
deferrable initially deferred
for each row execute function check_posting();

-- Where the money of one task is. held, payable, fees and refunding are the ledger's; paid_in, transferred and refunded are
-- those of the holds, transfers and refunds; so either side alone being wrong shows.
create function money_trail(of_task_id uuid)
returns table (
  paid_in bigint,
  held bigint,
  payable bigint,
  transferred bigint,
  fees bigint,
  refunding bigint,
  refunded bigint,
  remaining bigint,
  balanced boolean
)
language sql stable
as $$
  with ledger as (
    select
      coalesce(sum(balance_minor) filter (where kind = 'TASK_HOLD'), 0)::bigint as held,
      coalesce(sum(balance_minor) filter (where kind = 'USER_PAYABLE'), 0)::bigint as payable,
      coalesce(sum(balance_minor) filter (where kind = 'PLATFORM_FEE'), 0)::bigint as fees,
      coalesce(sum(balance_minor) filter (where kind = 'REFUND_CLEARING'), 0)::bigint as refunding
    from ledger_balances
    where task_id = of_task_id
  ),
  money_in as (
    select
      coalesce(sum(amount_minor) filter (where funded_at is not null), 0)::bigint as paid_in,
      coalesce(sum(remaining_minor), 0)::bigint as remaining
    from holds
    where task_id = of_task_id
  ),
  money_out as (
    select coalesce(sum(net_minor - reversed_minor) filter (where succeeded_at is not null), 0)::bigint as transferred
    from transfers
    where task_id = of_task_id
  ),
  money_back as (
    select coalesce(sum(amount_minor) filter (where status = 'SUCCEEDED'), 0)::bigint as refunded
    from refunds
    where task_id = of_task_id
  )
  select
    paid_in,
    held,
    payable,
    transferred,
    fees,
    refunding,
    refunded,
    remaining,
    paid_in = held + payable + transferred + fees + refunding + refunded and held = remaining
  from ledger, money_in, money_out, money_back
$$;

create function check_money_trail() returns trigger
language plpgsql
as $$
declare
  changed_task_id uuid;
  trail record;
begin
  if tg_table_name = 'ledger_entries' then
    select task_id into changed_task_id from ledger_transactions where id = (to_jsonb(new) ->> 'transaction_id')::uuid;
  else
    changed_task_id := (to_jsonb(case tg_op when 'DELETE' then old else new end) ->> 'task_id')::uuid;
  end if;
  select * into trail from money_trail(changed_task_id);
  if not trail.balanced then
    raise exception 'money trail of task % is off: paid in %, held % (remaining %), payable %, transferred %, fees %, refunding %, refunded %',
      changed_task_id, trail.paid_in, trail.held, trail.remaining, trail.payable, trail.transferred, trail.fees, trail.refunding, trail.refunded
      using errcode = 'check_violation', constraint = 'the_money_trail_of_a_task_balances', table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger the_money_trail_of_a_task_balances
after insert or update or delete on holds
deferrable initially deferred
for each row execute function check_money_trail();

create constraint trigger the_money_trail_of_a_task_balances
after insert or update or delete on transfers
deferrable initially deferred
for each row execute function check_money_trail();

create constraint trigger the_money_trail_of_a_task_balances
after insert or update or delete on refunds
deferrable initially deferred
for each row execute function check_money_trail();

create constraint trigger the_money_trail_of_a_task_balances
after insert on ledger_entries
deferrable initially deferred
for each row execute function check_money_trail();
