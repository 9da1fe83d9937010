-- Two facts about a chat that waits: since when it is back, and whether its customer was told that it takes long.
-- A chat that an agent had goes before all others, the one that came back last first: its customer was in the middle of a
-- conversation, and "at the front" has to be true when they are told so. By the time of the first question alone, it stood
-- behind every chat that had come back earlier.
-- The index of the queue is built again under a lock; it holds only chats that wait, so it takes no time.

alter table chats
  add column returned_at timestamptz(3),
  add column long_wait_told_at timestamptz(3),
  add constraint only_a_chat_at_the_front_was_returned check (returned_at is null or at_front);

drop index chats_queue_idx;
create index chats_queue_idx on chats (at_front desc, returned_at desc nulls last, priority desc, queued_at, id) where status = 'QUEUED';
-- For what happens to a chat that nobody takes.
create index chats_waiting_since_idx on chats (coalesce(returned_at, queued_at)) where status = 'QUEUED';

-- Which agents can serve customers now: they have the role, are not suspended, and are signed in somewhere. A session whose
-- refresh token has expired, a month after its last use, cannot be used again. A function in the form of a view: PostgreSQL
-- plans its query as a part of the one that asks.
create function agent_standings()
returns table (id uuid, may_work boolean, is_signed_in boolean)
language sql
stable
as $$
  select
    agent.id,
    person.suspended_at is null and person.roles && '{AGENT,ADMIN}'::role[],
    exists (
      select
      from sessions session
      where session.user_id = agent.id
        and session.revoked_at is null
        and session.last_used_at > clock_timestamp() - interval '30 days'
    )
  from agents agent
  join users person on person.id = agent.id
$$;
