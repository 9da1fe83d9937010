-- Debts of taskers that are taken out of their next transfers, where the operator has turned that on (NET_DEBTS). A netting moves a part of
-- a transfer that is about to be sent to a debt that another transfer left. The index on postings is made under a lock: some five seconds
-- for a million.

alter table transfers
  add column netted_minor bigint not null default 0,
  add constraint a_transfer_sends_something check (netted_minor >= 0 and netted_minor < net_minor),
  add constraint no_more_is_reversed_than_was_sent check (reversed_minor <= net_minor - netted_minor);

create table debt_nettings (
  id uuid primary key,
  -- The transfer that sends less, and the one that left the debt.
  transfer_id uuid not null references transfers (id),
  debt_transfer_id uuid not null references transfers (id),
  -- The task of the debt.
  task_id uuid not null references tasks (id),
  amount_minor bigint not null,
  created_at timestamptz(3) not null,
  -- When the transfer was canceled: the debt is back.
  undone_at timestamptz(3),
  constraint a_netting_takes_something check (amount_minor > 0),
  constraint a_transfer_does_not_pay_its_own_debt check (transfer_id <> debt_transfer_id)
);

create index debt_nettings_transfer_id_idx on debt_nettings (transfer_id);
create index debt_nettings_debt_transfer_id_idx on debt_nettings (debt_transfer_id);
create index debt_nettings_task_id_idx on debt_nettings (task_id);

create trigger debt_nettings_are_not_deleted
before delete on debt_nettings
for each row execute function refuse_change();

create trigger debt_nettings_are_not_truncated
before truncate on debt_nettings
for each statement execute function refuse_change();

create trigger a_netting_is_only_undone_once
before update on debt_nettings
for each row when (
  old.undone_at is not null
  or (old.id, old.transfer_id, old.debt_transfer_id, old.task_id, old.amount_minor, old.created_at)
    is distinct from (new.id, new.transfer_id, new.debt_transfer_id, new.task_id, new.amount_minor, new.created_at)
)
execute function refuse_change();

alter table ledger_transactions
  add column netting_id uuid references debt_nettings (id),
  add constraint a_posting_of_a_netting_names_its_transfer check (netting_id is null or transfer_id is not null);

drop index a_transfer_is_posted_once_for_each_event;
create unique index a_transfer_is_posted_once_for_each_event on ledger_transactions (transfer_id, kind)
where transfer_id is not null and reversal_id is null and netting_id is null;
create unique index a_netting_is_posted_once_for_each_event on ledger_transactions (netting_id, kind)
where netting_id is not null;

-- `transferred` also counts what was taken for debts, from the moment at which it no longer is payable.
create or replace function money_trail(of_task_id uuid)
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
    select
      coalesce(sum(case when succeeded_at is null then netted_minor else net_minor - reversed_minor end), 0)::bigint as transferred
    from transfers
    where task_id = of_task_id
  ),
  money_back as (
    select (
      (select coalesce(sum(amount_minor), 0) from refunds where task_id = of_task_id and status = 'SUCCEEDED')
      + (select coalesce(sum(from_hold_minor), 0) from chargebacks where task_id = of_task_id)
      + (select coalesce(sum(recovers_minor), 0) from reversals where task_id = of_task_id)
    )::bigint as refunded
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

-- At commit: as before, less what nettings took for the debt of the task.
create or replace function check_reversals() returns trigger
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
    or transfer.net_minor - transfer.netted_minor
      < coalesce(sum(reversal.amount_minor) filter (where reversal.status <> 'FAILED'), 0)
  limit 1;
  if found then
    raise exception 'reversals of transfer % are off: paid %, reversed %, succeeded %, in all %',
      off.id, off.net_minor, off.reversed_minor, off.succeeded_minor, off.live_minor
      using errcode = 'check_violation', constraint = 'the_reversals_of_a_transfer_agree_with_it', table = tg_table_name;
  end if;
  if (
    select
      coalesce(sum(debt_minor), 0)
      - coalesce(sum(collects_minor) filter (where status = 'SUCCEEDED'), 0)
      - coalesce(sum(recovers_debt_minor), 0)
    from reversals
    where task_id = changed_task_id
  ) + (
    select coalesce(sum(debt_minor), 0)
    from chargebacks
    where task_id = changed_task_id
  ) - (
    select coalesce(sum(amount_minor), 0)
    from debt_nettings
    where task_id = changed_task_id
      and undone_at is null
  ) <> (
    select coalesce(sum(balance_minor), 0)
    from ledger_balances
    where task_id = changed_task_id
      and kind = 'USER_DEBT'
  ) then
    raise exception 'the debt of task % in the ledger is not that of its reversals, chargebacks and nettings', changed_task_id
      using errcode = 'check_violation', constraint = 'the_reversals_of_a_transfer_agree_with_it', table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger the_reversals_of_a_transfer_agree_with_it
after insert or update on debt_nettings
deferrable initially deferred
for each row execute function check_reversals();

-- At commit: what a transfer sends less is what its nettings took.
create function check_nettings() returns trigger
language plpgsql
as $$
declare
  netted_id uuid := case tg_table_name when 'transfers' then new.id else (to_jsonb(new) ->> 'transfer_id')::uuid end;
begin
  if (select netted_minor from transfers where id = netted_id) <> (
    select coalesce(sum(amount_minor), 0)
    from debt_nettings
    where transfer_id = netted_id
      and undone_at is null
  ) then
    raise exception 'the nettings of transfer % are not what it sends less', netted_id
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger the_nettings_of_a_transfer_agree_with_it
after insert or update on debt_nettings
deferrable initially deferred
for each row execute function check_nettings();

create constraint trigger the_nettings_of_a_transfer_agree_with_it
after update of netted_minor on transfers
deferrable initially deferred
for each row when (old.netted_minor <> new.netted_minor)
execute function check_nettings();
