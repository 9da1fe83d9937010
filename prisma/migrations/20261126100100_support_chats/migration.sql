-- Customer service. A support chat is a row of chats: a message locks that row anyway, so who is silent since when is kept in
-- the message's own transaction, and every rule about its status is a constraint of one table.
-- The checks read chats once while they are added, under a lock; a million chats take about a second.

create type support_chat_status as enum ('QUEUED', 'ASSIGNED', 'ENDED');
create type chat_end_reason as enum ('RESOLVED', 'CUSTOMER_ENDED', 'AGENT_ENDED', 'CUSTOMER_INACTIVE', 'AGENT_INACTIVE');
create type agent_availability as enum ('ONLINE', 'BUSY', 'OFFLINE');

create table agents (
  id uuid primary key references users (id),
  availability agent_availability not null default 'OFFLINE',
  capacity integer not null default 5,
  active_chats integer not null default 0,
  constraint a_capacity_is_from_1_to_50 check (capacity between 1 and 50),
  constraint active_chats_are_not_negative check (active_chats >= 0)
);

alter table chats
  add column customer_id uuid references users (id),
  add column status support_chat_status,
  add column subject text,
  add column priority integer not null default 0,
  add column about_task_id uuid references tasks (id),
  add column about_transfer_id uuid references transfers (id),
  add column queued_at timestamptz(3),
  add column at_front boolean not null default false,
  add column agent_id uuid references agents (id),
  add column assigned_at timestamptz(3),
  add column agent_silent_since timestamptz(3),
  add column customer_silent_since timestamptz(3),
  add column customer_warned_at timestamptz(3),
  add column end_reason chat_end_reason,
  add column rating_score integer,
  add column rating_comment text,
  add column rated_at timestamptz(3),
  add constraint a_support_chat_has_a_customer_a_status_and_a_time_of_queueing check (
    num_nonnulls(customer_id, status, queued_at) = case kind when 'SUPPORT' then 3 else 0 end
  ),
  add constraint only_a_support_chat_has_a_subject_or_is_about_something check (
    kind = 'SUPPORT' or num_nonnulls(subject, about_task_id, about_transfer_id) = 0
  ),
  add constraint a_transfer_that_it_is_about_comes_with_its_task check (
    about_transfer_id is null or about_task_id is not null
  ),
  add constraint an_assigned_chat_has_an_agent_and_a_queued_one_has_none check (
    num_nonnulls(agent_id, assigned_at) = case status when 'ASSIGNED' then 2 when 'QUEUED' then 0 else num_nonnulls(agent_id) * 2 end
  ),
  add constraint only_a_support_chat_has_an_agent check (kind = 'SUPPORT' or agent_id is null),
  add constraint an_ended_support_chat_has_its_reason_and_time check (
    kind <> 'SUPPORT' or num_nonnulls(end_reason, ended_at) = case status when 'ENDED' then 2 else 0 end
  ),
  add constraint only_a_support_chat_has_a_reason_of_its_end check (kind = 'SUPPORT' or end_reason is null),
  add constraint nobody_is_their_own_agent check (agent_id <> customer_id),
  add constraint one_side_of_an_assigned_chat_is_silent check (
    num_nonnulls(agent_silent_since, customer_silent_since) = case status when 'ASSIGNED' then 1 else 0 end
  ),
  add constraint only_a_silent_customer_was_warned check (
    customer_warned_at is null or customer_silent_since is not null
  ),
  add constraint a_rating_is_from_1_to_5_and_has_its_time check (
    num_nonnulls(rating_score, rated_at) in (0, 2) and rating_score between 1 and 5
  ),
  add constraint only_an_ended_chat_is_rated check (rating_score is null or status = 'ENDED'),
  add constraint a_comment_comes_with_a_rating check (rating_comment is null or rating_score is not null);

create unique index a_customer_has_one_open_support_chat on chats (customer_id) where status in ('QUEUED', 'ASSIGNED');
create index chats_queue_idx on chats (at_front desc, priority desc, queued_at, id) where status = 'QUEUED';
create index chats_agent_id_idx on chats (agent_id, id desc) where agent_id is not null;
create index chats_about_task_id_idx on chats (about_task_id) where about_task_id is not null;
create index chats_about_transfer_id_idx on chats (about_transfer_id) where about_transfer_id is not null;
create index chats_assigned_at_idx on chats (assigned_at) where assigned_at is not null;
create index chats_agent_silent_since_idx on chats (agent_silent_since) where agent_silent_since is not null;
create index chats_customer_silent_since_idx on chats (customer_silent_since) where customer_silent_since is not null;

create table notes (
  id uuid primary key,
  chat_id uuid not null references chats (id),
  author_id uuid not null references users (id),
  body text not null,
  created_at timestamptz(3) not null
);

create index notes_chat_id_idx on notes (chat_id, id desc);
create index notes_author_id_idx on notes (author_id);

create trigger notes_are_append_only
before update or delete on notes
for each row execute function refuse_change();

create trigger notes_are_not_truncated
before truncate on notes
for each statement execute function refuse_change();

insert into status_transitions (subject, from_status, to_status)
values
  ('support_chat', 'QUEUED', 'ASSIGNED'),
  ('support_chat', 'QUEUED', 'ENDED'),
  ('support_chat', 'ASSIGNED', 'QUEUED'),
  ('support_chat', 'ASSIGNED', 'ENDED');

create trigger a_support_chat_follows_its_life_cycle
before update of status on chats
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('support_chat');

-- How many chats an agent has is counted here, under the lock of the agent's row, so no way of assigning can forget it or go
-- past the capacity. One that is lowered below takes no chat away.
create function count_active_chats() returns trigger
language plpgsql
as $$
declare
  loser uuid;
  winner uuid;
begin
  if tg_op = 'UPDATE' and old.status = 'ASSIGNED' then
    loser := old.agent_id;
  end if;
  if new.status = 'ASSIGNED' then
    winner := new.agent_id;
  end if;
  if loser is not distinct from winner then
    return null;
  end if;
  update agents
  set active_chats = active_chats - 1
  where id = loser;
  if winner is not null then
    update agents
    set active_chats = active_chats + 1
    where id = winner
      and active_chats < capacity;
    if not found then
      raise exception 'the agent % has as many chats as they take', winner
        using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
    end if;
  end if;
  return null;
end
$$;

create trigger an_agent_has_no_more_chats_than_their_capacity
after insert or update of status, agent_id on chats
for each row execute function count_active_chats();
