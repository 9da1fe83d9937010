-- The moves that each life cycle allows. The triggers refuse every other, even from psql; a test holds this table equal to
-- the definitions in the code.

create table status_transitions (
  subject text not null,
  from_status text not null,
  to_status text not null,
  primary key (subject, from_status, to_status)
);

insert into status_transitions (subject, from_status, to_status)
values
  ('task', 'DRAFT', 'OPEN'),
  ('task', 'DRAFT', 'CANCELED'),
  ('task', 'OPEN', 'ASSIGNED'),
  ('task', 'OPEN', 'AWAITING_FUNDS'),
  ('task', 'OPEN', 'CANCELED'),
  ('task', 'OPEN', 'EXPIRED'),
  ('task', 'AWAITING_FUNDS', 'ASSIGNED'),
  ('task', 'AWAITING_FUNDS', 'OPEN'),
  ('task', 'AWAITING_FUNDS', 'CANCELED'),
  ('task', 'ASSIGNED', 'OPEN'),
  ('task', 'ASSIGNED', 'SUBMITTED'),
  ('task', 'ASSIGNED', 'DISPUTED'),
  ('task', 'SUBMITTED', 'ASSIGNED'),
  ('task', 'SUBMITTED', 'COMPLETED'),
  ('task', 'SUBMITTED', 'DISPUTED'),
  ('task', 'DISPUTED', 'ASSIGNED'),
  ('task', 'DISPUTED', 'SUBMITTED'),
  ('task', 'DISPUTED', 'COMPLETED'),
  ('task', 'DISPUTED', 'CANCELED'),
  ('task_application', 'PENDING', 'ACCEPTED'),
  ('task_application', 'PENDING', 'REJECTED'),
  ('task_application', 'PENDING', 'WITHDRAWN'),
  ('task_application', 'PENDING', 'CLOSED'),
  ('task_application', 'CLOSED', 'PENDING'),
  ('task_application', 'ACCEPTED', 'PENDING'),
  ('task_application', 'ACCEPTED', 'WITHDRAWN'),
  ('hold', 'PENDING', 'HELD'),
  ('hold', 'PENDING', 'FAILED'),
  ('hold', 'PENDING', 'REFUNDED'),
  ('hold', 'HELD', 'RELEASED'),
  ('hold', 'HELD', 'REFUNDED'),
  ('hold', 'RELEASED', 'HELD'),
  ('hold', 'REFUNDED', 'HELD'),
  ('transfer', 'PENDING', 'PROCESSING'),
  ('transfer', 'PENDING', 'CANCELED'),
  ('transfer', 'PROCESSING', 'SUCCEEDED'),
  ('transfer', 'PROCESSING', 'RETRYING'),
  ('transfer', 'PROCESSING', 'IN_DOUBT'),
  ('transfer', 'PROCESSING', 'FAILED'),
  ('transfer', 'RETRYING', 'PROCESSING'),
  ('transfer', 'RETRYING', 'PENDING'),
  ('transfer', 'RETRYING', 'CANCELED'),
  ('transfer', 'IN_DOUBT', 'SUCCEEDED'),
  ('transfer', 'IN_DOUBT', 'RETRYING'),
  ('transfer', 'IN_DOUBT', 'FAILED'),
  ('transfer', 'FAILED', 'RETRYING'),
  ('transfer', 'FAILED', 'CANCELED'),
  ('transfer', 'SUCCEEDED', 'REVERSED'),
  ('refund', 'PENDING', 'PROCESSING'),
  ('refund', 'PROCESSING', 'PENDING'),
  ('refund', 'PROCESSING', 'SUCCEEDED'),
  ('refund', 'PROCESSING', 'IN_DOUBT'),
  ('refund', 'PROCESSING', 'FAILED'),
  ('refund', 'IN_DOUBT', 'PENDING'),
  ('refund', 'IN_DOUBT', 'SUCCEEDED'),
  ('refund', 'IN_DOUBT', 'FAILED');

create function refuse_illegal_transition() returns trigger
language plpgsql
as $$
begin
  if not exists (
    select
    from status_transitions
    where subject = tg_argv[0]
      and from_status = old.status::text
      and to_status = new.status::text
  ) then
    raise exception 'a % does not go from % to %', tg_argv[0], old.status, new.status
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return new;
end
$$;

create trigger a_task_follows_its_life_cycle
before update of status on tasks
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('task');

create trigger an_application_follows_its_life_cycle
before update of status on task_applications
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('task_application');

create trigger a_hold_follows_its_life_cycle
before update of status on holds
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('hold');

create trigger a_transfer_follows_its_life_cycle
before update of status on transfers
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('transfer');

create trigger a_refund_follows_its_life_cycle
before update of status on refunds
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('refund');
