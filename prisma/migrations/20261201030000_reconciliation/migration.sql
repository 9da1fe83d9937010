-- Reconciliation: the provider's own book is compared with ours over a span of time. Differences outlive the run that found them: they are
-- open until a later run no longer finds them, or finance settles them. The index on the sandbox's movements is built under a lock; all
-- other tables are new.

create type reconciliation_status as enum ('RUNNING', 'DONE', 'FAILED');
create type difference_kind as enum ('MISSING_HERE', 'MISSING_AT_PROVIDER', 'AMOUNT', 'CURRENCY', 'STATUS', 'DUPLICATE');

create table reconciliations (
  id uuid primary key,
  span_from timestamptz(3) not null,
  span_to timestamptz(3) not null,
  status reconciliation_status not null,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3),
  lines_compared integer not null default 0,
  -- Null for a nightly run.
  started_by_id uuid references users (id),
  -- Counts the workers that took the run: a worker that lost its lease cannot write with an earlier number.
  attempt_count integer not null default 0,
  lease_until timestamptz(3),
  constraint a_span_begins_before_it_ends check (span_from < span_to),
  constraint only_the_past_is_reconciled check (span_to <= started_at),
  constraint a_reconciliation_ends_exactly_when_it_is_not_running check ((status = 'RUNNING') = (finished_at is null)),
  constraint a_reconciliation_ends_after_it_started check (finished_at >= started_at),
  constraint only_a_running_reconciliation_has_a_lease check (lease_until is null or status = 'RUNNING'),
  constraint lines_are_not_negative check (lines_compared >= 0)
);

create unique index a_span_is_reconciled_by_one_run_at_a_time on reconciliations (span_from, span_to) where status = 'RUNNING';
create index reconciliations_started_by_id_idx on reconciliations (started_by_id) where started_by_id is not null;

insert into status_transitions (subject, from_status, to_status)
values
  ('reconciliation', 'RUNNING', 'DONE'),
  ('reconciliation', 'RUNNING', 'FAILED');

create trigger a_reconciliation_follows_its_life_cycle
before update of status on reconciliations
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('reconciliation');

create trigger reconciliations_are_not_deleted
before delete on reconciliations
for each row execute function refuse_change();

create trigger reconciliations_are_not_truncated
before truncate on reconciliations
for each statement execute function refuse_change();

create table reconciliation_differences (
  id uuid primary key,
  kind difference_kind not null,
  -- The provider's id of its line, or the id of our posting that no line matches: the same in every run that finds the difference.
  source text not null,
  -- The moment of that line or posting, by which a run knows the differences of its span.
  occurred_at timestamptz(3) not null,
  subject_type text,
  subject_id uuid,
  task_id uuid references tasks (id),
  provider_reference text,
  -- Positive into the platform's balance at the provider, negative out of it.
  ours_minor bigint,
  ours_currency text,
  theirs_minor bigint,
  theirs_currency text,
  found_at timestamptz(3) not null,
  last_found_at timestamptz(3) not null,
  settled_at timestamptz(3),
  settled_by_id uuid references users (id),
  note text,
  constraint a_subject_has_a_type_and_an_id check ((subject_type is null) = (subject_id is null)),
  constraint our_amount_has_a_currency check ((ours_minor is null) = (ours_currency is null)),
  constraint their_amount_has_a_currency check ((theirs_minor is null) = (theirs_currency is null)),
  constraint a_difference_has_the_sides_of_its_kind check (
    case kind
      when 'MISSING_HERE' then ours_minor is null and theirs_minor is not null
      when 'MISSING_AT_PROVIDER' then ours_minor is not null and theirs_minor is null
      when 'STATUS' then ours_minor is not null
      else ours_minor is not null and theirs_minor is not null
    end
  ),
  constraint a_difference_is_found_before_it_is_found_again check (last_found_at >= found_at),
  constraint a_note_comes_from_the_person_who_settled check ((note is null) = (settled_by_id is null)),
  constraint only_a_settled_difference_has_a_note check (note is null or settled_at is not null)
);

create unique index a_difference_is_one_row_however_often_it_is_found on reconciliation_differences (kind, source);
create index reconciliation_differences_open_idx on reconciliation_differences (occurred_at) where settled_at is null;
create index reconciliation_differences_task_id_idx on reconciliation_differences (task_id) where task_id is not null;
create index reconciliation_differences_settled_by_id_idx on reconciliation_differences (settled_by_id)
where settled_by_id is not null;

create function refuse_other_difference() returns trigger
language plpgsql
as $$
begin
  raise exception 'a difference keeps what it is about, and the note of the person who settled it'
    using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
end
$$;

create trigger a_difference_keeps_its_source
before update on reconciliation_differences
for each row when (
  (old.id, old.kind, old.source, old.occurred_at, old.found_at)
    is distinct from (new.id, new.kind, new.source, new.occurred_at, new.found_at)
)
execute function refuse_other_difference();

create trigger a_difference_settled_by_a_person_never_changes
before update on reconciliation_differences
for each row when (old.settled_by_id is not null)
execute function refuse_other_difference();

create trigger reconciliation_differences_are_not_deleted
before delete on reconciliation_differences
for each row execute function refuse_change();

create trigger reconciliation_differences_are_not_truncated
before truncate on reconciliation_differences
for each statement execute function refuse_change();

-- The differences that a run found. A difference that several runs found has a row for each.
create table reconciliation_findings (
  reconciliation_id uuid not null references reconciliations (id),
  difference_id uuid not null references reconciliation_differences (id),
  primary key (reconciliation_id, difference_id)
);

create index reconciliation_findings_difference_id_idx on reconciliation_findings (difference_id);

-- The lines of the provider's book that name an object of ours, while their run goes on: finds double lines, and postings without a
-- line, however long the book is. It is logged: an unlogged table is empty after a crash of the database, and then all that
-- the provider has would seem to be missing there.
create table reconciliation_lines (
  reconciliation_id uuid not null references reconciliations (id),
  subject_id uuid not null,
  -- Into the platform's balance.
  inward boolean not null,
  line_id text not null,
  primary key (reconciliation_id, subject_id, inward, line_id)
);

-- The nightly run: the end of the last day that it has reconciled, and when it is due for the next one. Null while that run goes on.
create table reconciliation_nights (
  only_row boolean primary key default true,
  through timestamptz(3) not null,
  next_at timestamptz(3),
  constraint there_is_one_nightly_run check (only_row),
  constraint a_day_is_reconciled_after_it_ended check (next_at >= through + interval '1 day')
);

insert into reconciliation_nights (through, next_at)
select today, today + interval '1 day 3 hours'
from date_trunc('day', errand_now(), 'UTC') today;

-- The sandbox's book is read in its order.
create index movements_created_at_idx on sandbox.movements (created_at, id);
