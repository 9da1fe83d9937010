-- Notifications: made from the event log by a reader that keeps its position, once for each event and person. A notification keeps no
-- text: it is written at each reading, in the language of the person and from their rights at that time. Also the settings of each
-- person, messages that wait to be read, and the people who watch a chat now. Locks no existing table.

create type notification_kind as enum (
  'APPLICATION_RECEIVED', 'APPLICATION_DECIDED', 'TERMS_CHANGED', 'TASK_ACCEPTED', 'TASK_FUNDED', 'WORK_SUBMITTED',
  'CHANGES_REQUESTED', 'WORK_APPROVED', 'TASK_CANCELED', 'TASK_EXPIRED', 'DEADLINE_NEAR', 'MESSAGE_RECEIVED', 'SUPPORT_REPLY',
  'PAYMENT_NEEDS_ACTION', 'TRANSFER_SUCCEEDED', 'TRANSFER_FAILED', 'REFUND_SUCCEEDED', 'DISPUTE', 'REVIEW', 'ACCOUNT_SECURITY',
  'MODERATION'
);
create type notification_channel as enum ('FEED', 'EMAIL');
create type notification_frequency as enum ('IMMEDIATE', 'DAILY', 'NEVER');

-- The sequence is the order of commits, because all writers insert under the lock of the reader: so a stream misses none.
create table notifications (
  id uuid primary key,
  sequence bigint not null generated always as identity,
  user_id uuid not null references users (id),
  kind notification_kind not null,
  words text not null,
  event_id uuid not null references events (id),
  chat_id uuid references chats (id),
  in_feed boolean not null,
  created_at timestamptz(3) not null,
  read_at timestamptz(3),
  mail_due_at timestamptz(3),
  mail_frequency notification_frequency,
  constraint a_notification_is_for_the_feed_or_a_mail check (in_feed or mail_frequency is not null),
  constraint a_mail_that_is_due_has_a_frequency check (mail_due_at is null or coalesce(mail_frequency in ('IMMEDIATE', 'DAILY'), false)),
  constraint only_a_notification_of_messages_names_a_chat check (chat_id is null or kind in ('MESSAGE_RECEIVED', 'SUPPORT_REPLY'))
);

create unique index an_event_notifies_a_person_once on notifications (event_id, user_id);
create unique index notifications_sequence_key on notifications (sequence);
create unique index a_chat_has_one_unread_notification on notifications (user_id, chat_id)
  where chat_id is not null and read_at is null;
create index notifications_user_id_idx on notifications (user_id, id desc);
create index notifications_unread_idx on notifications (user_id, id desc) where in_feed and read_at is null;
create index notifications_stream_idx on notifications (user_id, sequence) where in_feed;
create index notifications_chat_id_idx on notifications (chat_id) where chat_id is not null;
create index notifications_mail_due_at_idx on notifications (mail_due_at, user_id) where mail_due_at is not null;
create index notifications_created_at_idx on notifications (created_at);

create table notification_settings (
  user_id uuid not null references users (id),
  kind notification_kind not null,
  channel notification_channel not null,
  frequency notification_frequency not null,
  primary key (user_id, kind, channel),
  constraint mails_about_security_cannot_be_turned_off
    check (kind <> 'ACCOUNT_SECURITY' or channel <> 'EMAIL' or frequency = 'IMMEDIATE'),
  constraint the_feed_is_never_daily check (channel <> 'FEED' or frequency <> 'DAILY')
);

-- A person is told of messages that are still unread after two minutes. One row while they wait.
create table message_waits (
  chat_id uuid not null references chats (id),
  user_id uuid not null references users (id),
  event_id uuid not null references events (id),
  due_at timestamptz(3) not null,
  primary key (chat_id, user_id)
);

create index message_waits_user_id_idx on message_waits (user_id);
create index message_waits_event_id_idx on message_waits (event_id);
create index message_waits_due_at_idx on message_waits (due_at);

-- Open streams of chats: on real time, renewed while the stream is open.
create table chat_watchers (
  chat_id uuid not null references chats (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  until timestamptz(3) not null,
  primary key (chat_id, user_id)
);

create index chat_watchers_user_id_idx on chat_watchers (user_id);
create index chat_watchers_until_idx on chat_watchers (until);
