-- The fee as rows: administrators set rules, and each task keeps the version that was in force at its acceptance. The first rule is the one
-- that the program had built in (1.00, or a tenth), in force since before any task. It locks `tasks` for the moment in which the trigger
-- is created, and changes no row of it: every accepted task has version 1.

create table fee_rules (
  id uuid primary key,
  version integer not null,
  basis_points integer not null,
  least numeric not null,
  effective_from timestamptz(3) not null,
  set_by_id uuid references users (id),
  created_at timestamptz(3) not null,
  constraint a_fee_rule_has_a_version_from_one check (version >= 1),
  constraint a_fee_leaves_something_for_the_tasker check (basis_points between 0 and 9999),
  constraint the_least_fee_has_at_most_four_fraction_digits check (least between 0 and 1000000 and scale(least) <= 4)
);

create unique index a_fee_rule_has_its_own_version on fee_rules (version);

create trigger fee_rules_are_append_only
before update or delete on fee_rules
for each row execute function refuse_change();

create trigger fee_rules_are_not_truncated
before truncate on fee_rules
for each statement execute function refuse_change();

insert into fee_rules (id, version, basis_points, least, effective_from, created_at)
values ('019abc00-0000-7000-8000-000000000001', 1, 1000, 1.00, '1970-01-01T00:00:00Z', errand_now());

-- At each acceptance, once more and after every other check: the version is that of the rule in force at its time. The lock is shared until
-- the commit; `setFeeRule` takes it alone before it reads the clock. So an acceptance either commits before a new rule has its time, or
-- sees it here. Its error makes the transaction run again. There is no foreign key: its lock would make one row of all acceptances.
create function check_fee_rule() returns trigger
language plpgsql
as $$
declare
  version_in_force integer;
begin
  perform pg_advisory_xact_lock_shared(72707376::bigint);
  select version
  into version_in_force
  from fee_rules
  where effective_from <= new.accepted_at
  order by effective_from desc, version desc
  limit 1;
  if version_in_force is distinct from new.fee_rule_version then
    raise exception 'fee rule % is in force at the acceptance of task %, not %', version_in_force, new.id, new.fee_rule_version
      using errcode = 'serialization_failure', constraint = 'a_task_keeps_the_fee_rule_of_its_acceptance', table = 'tasks';
  end if;
  return new;
end
$$;

create trigger a_task_keeps_the_fee_rule_of_its_acceptance
before update of fee_rule_version, accepted_at on tasks
for each row when (
  new.fee_rule_version is not null
  and (new.fee_rule_version, new.accepted_at) is distinct from (old.fee_rule_version, old.accepted_at)
)
execute function check_fee_rule();
