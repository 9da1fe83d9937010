-- Our time. Timers compare with it, so the sandbox can move them by moving one row; without the sandbox the row stays zero.
-- Cut to milliseconds, which is what every column keeps: no value read back differs from the one that was written.

create schema sandbox;

create table sandbox.clock (
  only_row boolean primary key default true,
  ahead_by interval not null default '0',
  constraint there_is_one_clock check (only_row),
  constraint the_clock_never_runs_behind check (ahead_by >= '0')
);

insert into sandbox.clock default values;

create function errand_now() returns timestamptz
language sql volatile
set timezone = 'UTC'
as $$
  select date_trunc('milliseconds', clock_timestamp() + ahead_by)
  from sandbox.clock
$$;
