-- Outgoing webhooks: the end points of people, one delivery for each event and end point, and the attempts of each delivery. Deliveries
-- are made from the event log by a reader that keeps its position in the transaction of its work, so none is lost and none is made twice.
-- Locks no existing table.

create table event_readers (
  name text primary key,
  position bigint not null
);

-- Readers begin at the end of the log: events before the feature was installed cause nothing.
insert into event_readers (name, position)
select name, coalesce((select max(position) from event_positions), 0)
from (values ('webhooks'), ('notifications')) as reader (name);

create function refuse_reader_going_back() returns trigger
language plpgsql
as $$
begin
  raise exception 'the reader % would go back', old.name
    using errcode = 'check_violation', constraint = 'a_reader_never_goes_back', table = 'event_readers';
end
$$;

create trigger a_reader_never_goes_back
before update on event_readers
for each row when (new.position < old.position)
execute function refuse_reader_going_back();

create table webhook_endpoints (
  id uuid primary key,
  owner_id uuid not null references users (id),
  url text not null,
  description text,
  event_types text[] not null default '{}',
  platform boolean not null default false,
  enabled boolean not null default true,
  disabled_reason text,
  sealed_secret bytea not null,
  secret_hint text not null,
  previous_sealed_secret bytea,
  previous_secret_until timestamptz(3),
  created_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  constraint only_a_disabled_endpoint_has_a_reason check (not enabled or disabled_reason is null),
  constraint a_deleted_endpoint_is_disabled check (deleted_at is null or not enabled),
  constraint a_previous_secret_has_an_end check ((previous_sealed_secret is null) = (previous_secret_until is null)),
  constraint an_endpoint_has_an_http_address check (url ~ '^https?://')
);

create index webhook_endpoints_owner_id_idx on webhook_endpoints (owner_id, id desc);
create index webhook_endpoints_platform_idx on webhook_endpoints (id) where platform and enabled;
create index webhook_endpoints_disabled_idx on webhook_endpoints (id) where not enabled;
create index webhook_endpoints_deleted_at_idx on webhook_endpoints (deleted_at) where deleted_at is not null;

create type webhook_delivery_status as enum ('PENDING', 'SUCCEEDED', 'RETRYING', 'FAILED');

-- event_id is null for a test. Deliveries of one subject to one end point are sent in the order of positions.
create table webhook_deliveries (
  id uuid primary key,
  endpoint_id uuid not null references webhook_endpoints (id) on delete cascade,
  event_id uuid references events (id),
  subject_id uuid not null,
  position bigint not null,
  status webhook_delivery_status not null default 'PENDING',
  created_at timestamptz(3) not null,
  due_at timestamptz(3),
  lease_until timestamptz(3),
  attempt_count integer not null default 0,
  first_attempt_at timestamptz(3),
  is_single boolean not null default false,
  ended_at timestamptz(3),
  constraint only_an_open_delivery_is_due check ((status in ('PENDING', 'RETRYING')) = (due_at is not null)),
  constraint a_delivery_ends_when_it_succeeds_or_fails check ((status in ('SUCCEEDED', 'FAILED')) = (ended_at is not null)),
  constraint a_delivery_that_is_retried_was_attempted check (status <> 'RETRYING' or attempt_count > 0),
  constraint a_delivery_counts_its_attempts check (attempt_count >= 0 and (attempt_count > 0) = (first_attempt_at is not null)),
  constraint a_test_is_attempted_once check (event_id is not null or is_single)
);

create unique index an_event_has_one_delivery_to_an_endpoint on webhook_deliveries (event_id, endpoint_id);
create index webhook_deliveries_endpoint_id_idx on webhook_deliveries (endpoint_id, id desc);
create index webhook_deliveries_status_idx on webhook_deliveries (endpoint_id, status, id desc);
create index webhook_deliveries_due_at_idx on webhook_deliveries (endpoint_id, due_at, position) where due_at is not null;
create index webhook_deliveries_subject_id_idx on webhook_deliveries (endpoint_id, subject_id, position) where due_at is not null;
create index webhook_deliveries_ended_at_idx on webhook_deliveries (ended_at) where ended_at is not null;

create table webhook_attempts (
  delivery_id uuid not null references webhook_deliveries (id) on delete cascade,
  number integer not null,
  at timestamptz(3) not null,
  duration_ms integer not null,
  status_code integer,
  error text,
  primary key (delivery_id, number),
  constraint an_attempt_has_a_number_from_one check (number >= 1),
  constraint an_attempt_takes_time check (duration_ms >= 0),
  constraint an_attempt_has_an_outcome check (status_code is not null or error is not null)
);
