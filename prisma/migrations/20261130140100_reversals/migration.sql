-- Reversals: money that is taken back from a paid tasker into the hold of the task, and the debt of a tasker whose account at the
-- provider lacked it. The constraint and the index on postings are made anew under a lock: some five seconds for a million.

create type reversal_status as enum ('PENDING', 'PROCESSING', 'IN_DOUBT', 'SUCCEEDED', 'FAILED');

create table reversals (
  id uuid primary key,
  transfer_id uuid not null references transfers (id),
  task_id uuid not null references tasks (id),
  amount_minor bigint not null,
  return_fee boolean not null,
  fee_minor bigint not null,
  currency text not null,
  reason text not null,
  status reversal_status not null,
  provider_reference text,
  failure_code text,
  failure_message text,
  failure_retryable boolean,
  -- The part of the amount that collects a debt which an earlier reversal left.
  collects_minor bigint not null,
  -- The debt that this reversal left when the provider refused it for want of money.
  debt_minor bigint not null default 0,
  created_at timestamptz(3) not null,
  provider_key text not null,
  due_at timestamptz(3),
  attempt_count integer not null default 0,
  retry_count integer not null default 0,
  ask_at timestamptz(3),
  ask_count integer not null default 0,
  lease_until timestamptz(3),
  constraint a_reversal_is_positive check (amount_minor > 0),
  constraint a_reversal_returns_a_fee_only_on_request check (fee_minor >= 0 and (return_fee or fee_minor = 0)),
  constraint a_reversal_collects_at_most_its_amount check (collects_minor between 0 and amount_minor),
  constraint only_a_failed_reversal_leaves_a_debt check (
    debt_minor between 0 and amount_minor - collects_minor and (status = 'FAILED' or debt_minor = 0)
  ),
  constraint a_failure_of_a_reversal_is_whole check (
    num_nonnulls(failure_code, failure_message, failure_retryable) in (0, 3)
  ),
  constraint a_waiting_reversal_is_due check ((status = 'PENDING') = (due_at is not null)),
  constraint only_a_reversal_in_doubt_is_asked_for check ((status = 'IN_DOUBT') = (ask_at is not null)),
  constraint only_a_reversal_in_process_has_a_lease check ((status = 'PROCESSING') = (lease_until is not null)),
  constraint a_reversal_is_retried_at_most_six_times check (retry_count between 0 and 6)
);

create index reversals_transfer_id_idx on reversals (transfer_id, id desc);
create index reversals_task_id_idx on reversals (task_id);
create index reversals_due_at_idx on reversals (due_at) where due_at is not null;
create index reversals_ask_at_idx on reversals (ask_at) where ask_at is not null;
create index reversals_lease_until_idx on reversals (lease_until) where lease_until is not null;

insert into status_transitions (subject, from_status, to_status)
values
  ('reversal', 'PENDING', 'PROCESSING'),
  ('reversal', 'PROCESSING', 'PENDING'),
  ('reversal', 'PROCESSING', 'SUCCEEDED'),
  ('reversal', 'PROCESSING', 'IN_DOUBT'),
  ('reversal', 'PROCESSING', 'FAILED'),
  ('reversal', 'IN_DOUBT', 'PENDING'),
  ('reversal', 'IN_DOUBT', 'SUCCEEDED'),
  ('reversal', 'IN_DOUBT', 'FAILED');

create trigger a_reversal_follows_its_life_cycle
before update of status on reversals
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('reversal');

-- A transfer is REVERSED exactly when all of it was taken back.
alter table transfers
  add constraint a_transfer_is_reversed_exactly_when_all_of_it_is check (
    (status = 'REVERSED') = (net_minor > 0 and reversed_minor = net_minor)
  );

alter table ledger_transactions
  add column reversal_id uuid references reversals (id),
  add constraint a_posting_of_a_reversal_names_its_transfer check (reversal_id is null or transfer_id is not null);

drop index a_transfer_is_posted_once_for_each_event;
create unique index a_transfer_is_posted_once_for_each_event on ledger_transactions (transfer_id, kind)
where transfer_id is not null and reversal_id is null;
create index ledger_transactions_transfer_id_idx on ledger_transactions (transfer_id, sequence) where transfer_id is not null;
create unique index a_reversal_is_posted_once_for_each_event on ledger_transactions (reversal_id, kind)
where reversal_id is not null;

alter table ledger_accounts
  drop constraint only_a_payable_belongs_to_a_person,
  add constraint only_payables_and_debts_belong_to_a_person check (
    (kind in ('USER_PAYABLE', 'USER_DEBT')) = (user_id is not null)
  );

create or replace function keep_balance() returns trigger
language plpgsql
as $$
declare
  account_kind ledger_account_kind;
  normal_side entry_direction;
  posted_task_id uuid;
begin
  select kind into account_kind from ledger_accounts where id = new.account_id;
  select task_id into posted_task_id from ledger_transactions where id = new.transaction_id;
  normal_side := case when account_kind in ('PROVIDER_CLEARING', 'ADJUSTMENT', 'USER_DEBT') then 'DEBIT' else 'CREDIT' end;
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

-- At commit: a transfer's reversed amount is that of its succeeded reversals, those that may still succeed fit in it, and the debt in
-- the ledger is what its reversals left less what they collected.
create function check_reversals() returns trigger
language plpgsql
as $$
declare
  changed_task_id uuid := (to_jsonb(case tg_op when 'DELETE' then old else new end) ->> 'task_id')::uuid;
  off record;
begin
  select
    transfer.id,
    transfer.reversed_minor,
    transfer.net_minor,
    coalesce(sum(reversal.amount_minor) filter (where reversal.status = 'SUCCEEDED'), 0) as succeeded_minor,
    coalesce(sum(reversal.amount_minor) filter (where reversal.status <> 'FAILED'), 0) as live_minor
  into off
  from transfers transfer
  left join reversals reversal on reversal.transfer_id = transfer.id
  where transfer.task_id = changed_task_id
  group by transfer.id
  having transfer.reversed_minor <> coalesce(sum(reversal.amount_minor) filter (where reversal.status = 'SUCCEEDED'), 0)
    or transfer.net_minor < coalesce(sum(reversal.amount_minor) filter (where reversal.status <> 'FAILED'), 0)
  limit 1;
  if found then
    raise exception 'reversals of transfer % are off: paid %, reversed %, succeeded %, in all %',
      off.id, off.net_minor, off.reversed_minor, off.succeeded_minor, off.live_minor
      using errcode = 'check_violation', constraint = 'the_reversals_of_a_transfer_agree_with_it', table = tg_table_name;
  end if;
  if (
    select coalesce(sum(debt_minor), 0) - coalesce(sum(collects_minor) filter (where status = 'SUCCEEDED'), 0)
    from reversals
    where task_id = changed_task_id
  ) <> (
    select coalesce(sum(balance_minor), 0)
    from ledger_balances
    where task_id = changed_task_id
      and kind = 'USER_DEBT'
  ) then
    raise exception 'the debt of task % in the ledger is not that of its reversals', changed_task_id
      using errcode = 'check_violation', constraint = 'the_reversals_of_a_transfer_agree_with_it', table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger the_reversals_of_a_transfer_agree_with_it
after insert or update or delete on reversals
deferrable initially deferred
for each row execute function check_reversals();

create constraint trigger the_reversals_of_a_transfer_agree_with_it
after update of reversed_minor, net_minor on transfers
deferrable initially deferred
for each row when (old.reversed_minor <> new.reversed_minor or old.net_minor <> new.net_minor)
execute function check_reversals();

create constraint trigger the_reversals_of_a_transfer_agree_with_it
after insert or update on ledger_balances
deferrable initially deferred
for each row when (new.kind = 'USER_DEBT')
execute function check_reversals();

-- The sandbox knows which transfer a reversal takes back, so that no more is taken back than was paid.
alter table sandbox.movements
  add column transfer_id text references sandbox.movements (id),
  add constraint a_reversal_and_nothing_else_names_its_transfer check ((kind = 'reversal') = (transfer_id is not null));

create index movements_transfer_id_idx on sandbox.movements (transfer_id);
