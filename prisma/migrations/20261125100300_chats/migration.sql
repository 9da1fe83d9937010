-- Chats. Acceptance opens one for a task and its tasker; sequences have no gaps because they are drawn under the chat's lock.

create type chat_kind as enum ('TASK');
create type chat_role as enum ('POSTER', 'TASKER', 'CUSTOMER', 'AGENT');
create type message_kind as enum ('TEXT', 'SYSTEM');

create table chats (
  id uuid primary key,
  kind chat_kind not null,
  task_id uuid references tasks (id),
  tasker_id uuid references users (id),
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  last_sequence integer not null default 0,
  constraint a_task_chat_has_a_task_and_a_tasker check ((kind = 'TASK') = (task_id is not null and tasker_id is not null))
);

create unique index a_task_and_tasker_have_one_chat on chats (task_id, tasker_id);
create index chats_tasker_id_idx on chats (tasker_id);

create table chat_participants (
  chat_id uuid not null references chats (id),
  user_id uuid not null references users (id),
  role chat_role not null,
  last_read_sequence integer not null default 0,
  last_read_at timestamptz(3),
  primary key (chat_id, user_id),
  constraint a_reading_mark_is_not_negative check (last_read_sequence >= 0)
);

create index chat_participants_user_id_idx on chat_participants (user_id, chat_id desc);

create table messages (
  id uuid primary key,
  chat_id uuid not null references chats (id),
  sequence integer not null,
  kind message_kind not null,
  author_id uuid references users (id),
  body text not null,
  sent_at timestamptz(3) not null,
  constraint a_sequence_counts_from_one check (sequence >= 1),
  constraint only_a_system_message_has_no_author check ((kind = 'SYSTEM') = (author_id is null))
);

create unique index messages_chat_id_sequence_key on messages (chat_id, sequence);
create index messages_author_id_idx on messages (author_id);
