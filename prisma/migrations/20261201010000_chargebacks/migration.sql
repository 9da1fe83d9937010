-- Chargebacks: the payer's bank takes back a payment. A chargeback freezes its hold while it is open. A lost one takes what is still held;
-- the rest is a loss of the platform, and a debt of the tasker as far as they were paid. Files of evidence belong to a chargeback.
-- The constraint and indexes on attachments and postings are made under a lock: some five seconds for a million rows.

create type chargeback_status as enum ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST');

create table chargebacks (
  id uuid primary key,
  task_id uuid not null references tasks (id),
  hold_id uuid not null references holds (id),
  -- The tasker whom the payment was for when the chargeback was noticed; none if nobody was assigned.
  tasker_id uuid references users (id),
  provider_reference text not null,
  amount_minor bigint not null,
  currency text not null,
  provider_fee_minor bigint,
  provider_fee_currency text,
  reason text not null,
  status chargeback_status not null,
  opened_at timestamptz(3) not null,
  evidence_due_by timestamptz(3),
  closed_at timestamptz(3),
  -- The part of a lost one that was still held, and the debt that it left on a paid transfer.
  from_hold_minor bigint not null default 0,
  debt_minor bigint not null default 0,
  debt_transfer_id uuid references transfers (id),
  -- The next reminder, and the next look-up at the provider.
  remind_at timestamptz(3),
  ask_at timestamptz(3),
  -- The evidence: the last statement, and the attempts to send it to the provider.
  statement text,
  submitted_at timestamptz(3),
  evidence_is_final boolean,
  evidence_number integer not null default 0,
  evidence_due_at timestamptz(3),
  evidence_retry_count integer not null default 0,
  evidence_lease_until timestamptz(3),
  evidence_failure_code text,
  evidence_failure_message text,
  evidence_failure_retryable boolean,
  constraint a_chargeback_is_positive check (amount_minor > 0),
  constraint a_chargeback_has_a_reason check (reason <> ''),
  constraint the_fee_of_a_chargeback_is_whole check (
    num_nonnulls(provider_fee_minor, provider_fee_currency) in (0, 2) and coalesce(provider_fee_minor, 0) >= 0
  ),
  constraint a_chargeback_is_closed_exactly_when_it_is_decided check ((status in ('WON', 'LOST')) = (closed_at is not null)),
  constraint only_an_open_chargeback_is_looked_up check ((status in ('NEEDS_RESPONSE', 'UNDER_REVIEW')) = (ask_at is not null)),
  constraint only_a_lost_chargeback_takes_money check (status = 'LOST' or (from_hold_minor = 0 and debt_minor = 0)),
  constraint a_chargeback_takes_at_most_its_amount check (
    from_hold_minor between 0 and amount_minor and debt_minor between 0 and amount_minor - from_hold_minor
  ),
  constraint a_debt_of_a_chargeback_names_its_transfer check ((debt_minor > 0) = (debt_transfer_id is not null)),
  constraint only_missing_evidence_is_reminded_of check (
    remind_at is null or (status = 'NEEDS_RESPONSE' and submitted_at is null and evidence_due_by is not null)
  ),
  constraint submitted_evidence_has_a_statement check (submitted_at is null or statement is not null),
  constraint evidence_is_a_draft_or_final check ((statement is null) = (evidence_is_final is null)),
  constraint only_unsubmitted_evidence_is_sent check (
    evidence_due_at is null or (status = 'NEEDS_RESPONSE' and submitted_at is null and statement is not null)
  ),
  constraint only_evidence_that_is_sent_has_a_lease check (evidence_lease_until is null or evidence_due_at is not null),
  constraint a_failure_of_evidence_is_whole check (
    num_nonnulls(evidence_failure_code, evidence_failure_message, evidence_failure_retryable) in (0, 3)
  ),
  constraint evidence_is_retried_at_most_six_times check (evidence_retry_count between 0 and 6)
);

create unique index a_chargeback_is_recorded_once on chargebacks (provider_reference);
create index chargebacks_task_id_idx on chargebacks (task_id);
create index chargebacks_hold_id_idx on chargebacks (hold_id, id desc);
create index chargebacks_tasker_id_idx on chargebacks (tasker_id) where tasker_id is not null;
create index chargebacks_debt_transfer_id_idx on chargebacks (debt_transfer_id) where debt_transfer_id is not null;
create index chargebacks_status_idx on chargebacks (status, id desc);
create index chargebacks_remind_at_idx on chargebacks (remind_at) where remind_at is not null;
create index chargebacks_ask_at_idx on chargebacks (ask_at) where ask_at is not null;
create index chargebacks_evidence_due_at_idx on chargebacks (evidence_due_at) where evidence_due_at is not null;

-- A lost chargeback cancels what waits to leave the hold, and ends work that nothing is left for.
insert into status_transitions (subject, from_status, to_status)
values
  ('chargeback', 'NEEDS_RESPONSE', 'UNDER_REVIEW'),
  ('chargeback', 'NEEDS_RESPONSE', 'WON'),
  ('chargeback', 'NEEDS_RESPONSE', 'LOST'),
  ('chargeback', 'UNDER_REVIEW', 'WON'),
  ('chargeback', 'UNDER_REVIEW', 'LOST'),
  ('refund', 'PENDING', 'FAILED'),
  ('task', 'ASSIGNED', 'CANCELED'),
  ('task', 'SUBMITTED', 'CANCELED');

create trigger a_chargeback_follows_its_life_cycle
before update of status on chargebacks
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('chargeback');

create trigger chargebacks_are_not_deleted
before delete on chargebacks
for each row execute function refuse_change();

create trigger chargebacks_are_not_truncated
before truncate on chargebacks
for each statement execute function refuse_change();

create function refuse_other_chargeback() returns trigger
language plpgsql
as $$
begin
  raise exception 'a chargeback keeps what it is about, and its end'
    using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
end
$$;

create trigger a_chargeback_keeps_what_it_is_about
before update on chargebacks
for each row when (
  (old.id, old.task_id, old.hold_id, old.tasker_id, old.provider_reference, old.amount_minor, old.currency, old.reason, old.opened_at)
    is distinct from
  (new.id, new.task_id, new.hold_id, new.tasker_id, new.provider_reference, new.amount_minor, new.currency, new.reason, new.opened_at)
)
execute function refuse_other_chargeback();

create trigger a_decided_chargeback_never_changes
before update on chargebacks
for each row when (old.status in ('WON', 'LOST'))
execute function refuse_other_chargeback();

create trigger submitted_evidence_never_changes
before update on chargebacks
for each row when (
  old.submitted_at is not null
  and (old.statement, old.submitted_at, old.evidence_is_final, old.evidence_number)
    is distinct from (new.statement, new.submitted_at, new.evidence_is_final, new.evidence_number)
)
execute function refuse_other_chargeback();

create function check_payment_of_chargeback() returns trigger
language plpgsql
as $$
begin
  if not exists (
    select
    from holds hold
    where hold.id = new.hold_id
      and hold.task_id = new.task_id
      and hold.currency = new.currency
      and hold.funded_at is not null
  ) then
    raise exception 'a chargeback is about a payment that was received, of its task and in its currency'
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return new;
end
$$;

create trigger a_chargeback_is_about_a_payment_that_was_received
before insert on chargebacks
for each row execute function check_payment_of_chargeback();

-- At commit: the hold of an open chargeback is frozen.
create function check_hold_of_chargeback() returns trigger
language plpgsql
as $$
declare
  frozen_id uuid := case tg_table_name when 'holds' then new.id else (to_jsonb(new) ->> 'hold_id')::uuid end;
begin
  if exists (
    select
    from chargebacks chargeback
    join holds hold on hold.id = chargeback.hold_id
    where chargeback.hold_id = frozen_id
      and chargeback.status in ('NEEDS_RESPONSE', 'UNDER_REVIEW')
      and not hold.frozen
  ) then
    raise exception 'the hold % of an open chargeback is not frozen', frozen_id
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger an_open_chargeback_freezes_its_hold
after insert on chargebacks
deferrable initially deferred
for each row execute function check_hold_of_chargeback();

create constraint trigger an_open_chargeback_freezes_its_hold
after update on holds
deferrable initially deferred
for each row when (old.frozen and not new.frozen)
execute function check_hold_of_chargeback();

-- Evidence.
alter table attachments
  add column chargeback_id uuid references chargebacks (id),
  drop constraint an_attachment_is_attached_once,
  drop constraint an_attachment_waits_until_it_is_attached_or_deleted,
  add constraint an_attachment_is_attached_once check (
    num_nonnulls(task_id, submission_id, message_id, avatar_of_id, dispute_id, chargeback_id) <= 1
  ),
  add constraint an_attachment_waits_until_it_is_attached_or_deleted check (
    (unattached_until is null)
      = (num_nonnulls(task_id, submission_id, message_id, avatar_of_id, dispute_id, chargeback_id) = 1 or status = 'DELETED')
  ),
  add constraint only_evidence_belongs_to_a_chargeback check (chargeback_id is null or purpose = 'EVIDENCE');

create index attachments_chargeback_id_idx on attachments (chargeback_id, id) where chargeback_id is not null;

drop trigger an_attachment_keeps_its_owner on attachments;

create trigger an_attachment_keeps_its_owner
before update of task_id, submission_id, message_id, avatar_of_id, dispute_id, chargeback_id on attachments
for each row when (
  num_nonnulls(old.task_id, old.submission_id, old.message_id, old.avatar_of_id, old.dispute_id, old.chargeback_id) = 1
  and (old.task_id, old.submission_id, old.message_id, old.avatar_of_id, old.dispute_id, old.chargeback_id)
    is distinct from (new.task_id, new.submission_id, new.message_id, new.avatar_of_id, new.dispute_id, new.chargeback_id)
)
execute function refuse_second_life();

drop trigger evidence_is_not_deleted on attachments;

create trigger evidence_is_not_deleted
before update of status on attachments
for each row when (
  num_nonnulls(old.dispute_id, old.chargeback_id) = 1
  and old.status <> 'DELETED'
  and new.status = 'DELETED'
  and new.bytes_removed_at is null
)
execute function refuse_second_life();

-- The ledger. A posting about a chargeback names its hold, too.
alter table ledger_transactions
  add column chargeback_id uuid references chargebacks (id),
  add constraint a_posting_of_a_chargeback_names_its_hold check (chargeback_id is null or hold_id is not null);

drop index a_hold_is_posted_once_for_each_event;
create unique index a_hold_is_posted_once_for_each_event on ledger_transactions (hold_id, kind)
where hold_id is not null and chargeback_id is null;
create index ledger_transactions_hold_id_idx on ledger_transactions (hold_id) where hold_id is not null;
create unique index a_chargeback_is_posted_once_for_each_event on ledger_transactions (chargeback_id, kind)
where chargeback_id is not null;

-- What a reversal brought back for a lost chargeback instead of the hold, and the part of it that the tasker owed.
alter table reversals
  add column recovers_minor bigint not null default 0,
  add column recovers_debt_minor bigint not null default 0,
  add constraint only_a_reversal_that_succeeded_recovers check (
    recovers_minor between 0 and amount_minor + fee_minor
    and recovers_debt_minor between 0 and recovers_minor
    and (status = 'SUCCEEDED' or recovers_minor = 0)
  );

-- `refunded` also counts what lost chargebacks took from the hold, at once or later out of a reversal.
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
    select coalesce(sum(net_minor - reversed_minor) filter (where succeeded_at is not null), 0)::bigint as transferred
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

create constraint trigger the_money_trail_of_a_task_balances
after insert or update of from_hold_minor on chargebacks
deferrable initially deferred
for each row execute function check_money_trail();

-- At commit: as before, and the debt of a task is also what its lost chargebacks left less what reversals recovered of it.
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
    or transfer.net_minor < coalesce(sum(reversal.amount_minor) filter (where reversal.status <> 'FAILED'), 0)
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
  ) <> (
    select coalesce(sum(balance_minor), 0)
    from ledger_balances
    where task_id = changed_task_id
      and kind = 'USER_DEBT'
  ) then
    raise exception 'the debt of task % in the ledger is not that of its reversals and chargebacks', changed_task_id
      using errcode = 'check_violation', constraint = 'the_reversals_of_a_transfer_agree_with_it', table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger the_reversals_of_a_transfer_agree_with_it
after insert or update of debt_minor on chargebacks
deferrable initially deferred
for each row execute function check_reversals();

-- At commit: the losses that lost chargebacks left (what was not held any more) are not recovered twice.
create function check_recovery() returns trigger
language plpgsql
as $$
begin
  if (
    select coalesce(sum(recovers_minor), 0)
    from reversals
    where task_id = new.task_id
  ) > (
    select coalesce(sum(amount_minor - from_hold_minor), 0)
    from chargebacks
    where task_id = new.task_id
      and status = 'LOST'
  ) then
    raise exception 'reversals of task % recover more than chargebacks took', new.task_id
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger reversals_recover_at_most_what_chargebacks_took
after update of recovers_minor on reversals
deferrable initially deferred
for each row execute function check_recovery();

-- The sandbox's chargebacks, in its own book.
create table sandbox.chargebacks (
  id text primary key,
  charge_id text not null references sandbox.movements (id),
  amount_minor bigint not null,
  currency text not null,
  fee_minor bigint not null,
  reason text not null,
  status text not null default 'NEEDS_RESPONSE',
  opened_at timestamptz(3) not null,
  evidence_due_by timestamptz(3) not null,
  decided_at timestamptz(3),
  statement text,
  -- What was received: a list of names, types, sizes and checksums.
  evidence jsonb not null default '[]',
  submitted_at timestamptz(3),
  constraint a_chargeback_takes_something check (amount_minor > 0),
  constraint a_chargeback_has_a_known_status check (status in ('NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST')),
  constraint a_chargeback_is_decided_once check ((status in ('WON', 'LOST')) = (decided_at is not null))
);

create index chargebacks_charge_id_idx on sandbox.chargebacks (charge_id);
