-- A support chat can be about several things: customers who ask about another task or transfer while their chat is open go on
-- in that chat. All of them stand here, the first one included; that one also stays in the chat's own columns.
-- It reads the chats once, of which few are about something.

create table chat_topics (
  id uuid primary key,
  chat_id uuid not null references chats (id),
  task_id uuid not null references tasks (id),
  transfer_id uuid references transfers (id),
  added_at timestamptz(3) not null
);

create unique index a_chat_is_about_each_thing_once on chat_topics (chat_id, coalesce(transfer_id, task_id));
create index chat_topics_task_id_idx on chat_topics (task_id, chat_id);
create index chat_topics_transfer_id_idx on chat_topics (transfer_id) where transfer_id is not null;

-- Ids rise with time, and this one is that of the chat, so the first topic is the first in the order of ids.
create function keep_first_topic() returns trigger
language plpgsql
as $$
begin
  insert into chat_topics (id, chat_id, task_id, transfer_id, added_at)
  values (new.id, new.id, new.about_task_id, new.about_transfer_id, new.created_at);
  return null;
end
$$;

-- Topics are what is looked up by a task from here on.
drop index chats_about_task_id_idx;

-- No way of opening a chat can forget it.
create trigger what_a_chat_is_opened_about_is_its_first_topic
after insert on chats
for each row when (new.about_task_id is not null)
execute function keep_first_topic();

insert into chat_topics (id, chat_id, task_id, transfer_id, added_at)
select id, id, about_task_id, about_transfer_id, created_at
from chats
where about_task_id is not null;
