-- One log, written in the transaction of the change. A sequence is drawn before the commit, so it is not the order of
-- commits; positions are given afterwards, by one numberer at a time, in a table of their own: events are never updated.

create type event_kind as enum ('TASK', 'CHAT', 'TRANSFER');

create table events (
  id uuid primary key,
  sequence bigint not null generated always as identity,
  kind event_kind not null,
  type text not null,
  occurred_at timestamptz(3) not null,
  actor_id uuid references users (id),
  task_id uuid references tasks (id),
  task_version integer,
  chat_id uuid references chats (id),
  message_id uuid references messages (id),
  transfer_id uuid references transfers (id),
  status_before text,
  status_after text,
  reason text,
  recipient_ids uuid[] not null,
  constraint an_event_has_its_subject check (
    case kind
      when 'TASK' then task_id is not null and task_version is not null
      when 'CHAT' then chat_id is not null
      when 'TRANSFER' then transfer_id is not null and status_after is not null
    end
  )
);

create unique index events_sequence_key on events (sequence);
create index events_task_id_idx on events (task_id, task_version, sequence);
create index events_chat_id_idx on events (chat_id, sequence);
create index events_transfer_id_idx on events (transfer_id, sequence);
create index events_message_id_idx on events (message_id);
create index events_actor_id_idx on events (actor_id);

create trigger events_are_append_only
before update or delete on events
for each row execute function refuse_change();

create trigger events_are_not_truncated
before truncate on events
for each statement execute function refuse_change();

create table event_inbox (
  event_sequence bigint primary key
);

create function put_into_inbox() returns trigger
language plpgsql
as $$
begin
  insert into event_inbox (event_sequence) values (new.sequence);
  return null;
end
$$;

create trigger an_event_waits_for_its_position
after insert on events
for each row execute function put_into_inbox();

create table event_positions (
  position bigint primary key,
  event_id uuid not null references events (id)
);

create unique index event_positions_event_id_key on event_positions (event_id);

create table feed_entries (
  user_id uuid not null references users (id),
  position bigint not null,
  event_id uuid not null references events (id),
  primary key (user_id, position)
);

create index feed_entries_event_id_idx on feed_entries (event_id);

-- Gives the next positions to at most a thousand committed events that have none, in the order of their insertion, and puts
-- each into the feeds of those whom it concerns. One numberer at a time: whoever does not get the lock has nothing to do,
-- unless it is patient: then everything that was committed before the call has a position after it, or a thousand more have.
-- Readers in other processes are told once a batch: a NOTIFY in each mutation would make all commits wait for each other.
create function number_events(patient boolean default false) returns integer
language plpgsql
as $$
declare
  numbered integer;
  latest bigint;
begin
  if patient then
    perform pg_advisory_xact_lock(72707370);
  elsif not pg_try_advisory_xact_lock(72707370) then
    return 0;
  end if;
  -- A statement of its own, so that it sees what the numberer before it has committed.
  with waiting as (
    delete from event_inbox
    where event_sequence in (select event_sequence from event_inbox order by event_sequence limit 1000)
    returning event_sequence
  ),
  numbered_events as (
    insert into event_positions (position, event_id)
    select
      (select coalesce(max(position), 0) from event_positions) + row_number() over (order by event.sequence),
      event.id
    from waiting
    join events event on event.sequence = waiting.event_sequence
    returning position, event_id
  ),
  fed as (
    insert into feed_entries (user_id, position, event_id)
    select distinct recipient_id, numbered_events.position, numbered_events.event_id
    from numbered_events
    join events event on event.id = numbered_events.event_id
    cross join unnest(event.recipient_ids) as recipient_id
  )
  select count(*), max(position) into numbered, latest from numbered_events;
  if numbered > 0 then
    perform pg_notify('events_numbered', latest::text);
  end if;
  return numbered;
end
$$;
