-- The chat of a task that has ended for good can be written in for thirty days more; then time ends it.

alter table chats add column closes_at timestamptz(3);

update chats
set closes_at = task.ended_at + interval '30 days'
from tasks task
where task.id = chats.task_id
  and task.ended_at is not null
  and chats.ended_at is null;

create index chats_closes_at_idx on chats (closes_at) where ended_at is null and closes_at is not null;
