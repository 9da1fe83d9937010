-- Disputes: poster and tasker disagree, and staff decide what becomes of the held money. The task of an open dispute is DISPUTED and its
-- hold is frozen; both are checked at commit. Files of evidence belong to a dispute, and support chats can be about one.
-- The new checks read attachments, chats and topics once, under a lock: about a second per million rows. The new indexes are built on
-- columns that are empty.

create type dispute_status as enum ('OPEN', 'RESOLVED', 'WITHDRAWN');

create table disputes (
  id uuid primary key,
  task_id uuid not null references tasks (id),
  hold_id uuid not null references holds (id),
  tasker_id uuid not null references users (id),
  opened_by_id uuid not null references users (id),
  status dispute_status not null,
  task_status_before task_status not null,
  reason text not null,
  opened_at timestamptz(3) not null,
  ended_at timestamptz(3),
  currency text not null,
  to_tasker_minor bigint,
  to_poster_minor bigint,
  decided_by_id uuid references users (id),
  note text,
  overdue_at timestamptz(3),
  constraint a_dispute_is_about_work_in_progress check (task_status_before in ('ASSIGNED', 'SUBMITTED')),
  constraint a_dispute_has_a_reason check (reason <> ''),
  constraint a_dispute_has_an_end_exactly_when_it_is_not_open check ((status = 'OPEN') = (ended_at is null)),
  constraint a_dispute_ends_after_it_was_opened check (ended_at >= opened_at),
  constraint a_resolution_is_whole_and_only_of_a_resolved_dispute check (
    num_nonnulls(to_tasker_minor, to_poster_minor, decided_by_id, note) = case status when 'RESOLVED' then 4 else 0 end
  ),
  constraint shares_are_not_negative check (to_tasker_minor >= 0 and to_poster_minor >= 0),
  constraint a_resolution_divides_something check (to_tasker_minor + to_poster_minor > 0),
  constraint only_an_open_dispute_becomes_overdue check (overdue_at is null or status = 'OPEN')
);

create unique index a_task_has_one_open_dispute on disputes (task_id) where status = 'OPEN';
create index disputes_task_id_idx on disputes (task_id, id desc);
create index disputes_hold_id_idx on disputes (hold_id);
create index disputes_tasker_id_idx on disputes (tasker_id);
create index disputes_opened_by_id_idx on disputes (opened_by_id);
create index disputes_decided_by_id_idx on disputes (decided_by_id) where decided_by_id is not null;
create index disputes_opened_at_idx on disputes (opened_at) where status = 'OPEN';
create index disputes_overdue_at_idx on disputes (overdue_at) where overdue_at is not null;

insert into status_transitions (subject, from_status, to_status)
values
  ('dispute', 'OPEN', 'RESOLVED'),
  ('dispute', 'OPEN', 'WITHDRAWN');

create trigger a_dispute_follows_its_life_cycle
before update of status on disputes
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('dispute');

create trigger disputes_are_not_deleted
before delete on disputes
for each row execute function refuse_change();

create trigger disputes_are_not_truncated
before truncate on disputes
for each statement execute function refuse_change();

create function refuse_other_dispute() returns trigger
language plpgsql
as $$
begin
  raise exception 'a dispute keeps what it is about, and its end'
    using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
end
$$;

create trigger a_dispute_keeps_what_it_is_about
before update on disputes
for each row when (
  (old.id, old.task_id, old.hold_id, old.tasker_id, old.opened_by_id, old.task_status_before, old.reason, old.opened_at, old.currency)
    is distinct from
  (new.id, new.task_id, new.hold_id, new.tasker_id, new.opened_by_id, new.task_status_before, new.reason, new.opened_at, new.currency)
)
execute function refuse_other_dispute();

create trigger an_ended_dispute_never_changes
before update on disputes
for each row when (old.status <> 'OPEN')
execute function refuse_other_dispute();

create function check_opening_of_dispute() returns trigger
language plpgsql
as $$
begin
  if not exists (
    select
    from tasks task
    join holds hold on hold.task_id = task.id
    where task.id = new.task_id
      and hold.id = new.hold_id
      and hold.currency = new.currency
      and task.assignee_id = new.tasker_id
      and new.opened_by_id in (task.poster_id, task.assignee_id)
  ) then
    raise exception 'a dispute is opened by a party to its task, about a hold of that task'
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return new;
end
$$;

create trigger a_dispute_is_opened_by_a_party_about_their_hold
before insert on disputes
for each row execute function check_opening_of_dispute();

create function check_decision_of_dispute() returns trigger
language plpgsql
as $$
begin
  if exists (
    select
    from task_people person
    where person.task_id = new.task_id
      and person.user_id = new.decided_by_id
  ) then
    raise exception 'the task of the dispute % is the own matter of the person who decided it', new.id
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return new;
end
$$;

create trigger nobody_decides_a_dispute_of_their_own
before insert or update of decided_by_id on disputes
for each row when (new.decided_by_id is not null)
execute function check_decision_of_dispute();

-- At commit: a task is DISPUTED exactly while it has an open dispute.
create function check_disputed_task() returns trigger
language plpgsql
as $$
declare
  disputed_id uuid := case tg_table_name when 'tasks' then new.id else (to_jsonb(new) ->> 'task_id')::uuid end;
begin
  if exists (select from tasks where id = disputed_id and status = 'DISPUTED')
    <> exists (select from disputes where task_id = disputed_id and status = 'OPEN')
  then
    raise exception 'the task % is disputed without an open dispute, or has one without being disputed', disputed_id
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger a_task_is_disputed_exactly_while_a_dispute_is_open
after update of status on tasks
deferrable initially deferred
for each row when ((old.status = 'DISPUTED') <> (new.status = 'DISPUTED'))
execute function check_disputed_task();

create constraint trigger a_task_is_disputed_exactly_while_a_dispute_is_open
after insert or update of status on disputes
deferrable initially deferred
for each row execute function check_disputed_task();

-- At commit: an open dispute has its hold frozen and held.
create function check_frozen_hold() returns trigger
language plpgsql
as $$
declare
  frozen_id uuid := case tg_table_name when 'holds' then new.id else (to_jsonb(new) ->> 'hold_id')::uuid end;
begin
  if exists (
    select
    from disputes dispute
    join holds hold on hold.id = dispute.hold_id
    where dispute.hold_id = frozen_id
      and dispute.status = 'OPEN'
      and (not hold.frozen or hold.status <> 'HELD')
  ) then
    raise exception 'the hold % of an open dispute is not frozen', frozen_id
      using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger an_open_dispute_freezes_its_hold
after insert or update of status on disputes
deferrable initially deferred
for each row when (new.status = 'OPEN')
execute function check_frozen_hold();

create constraint trigger an_open_dispute_freezes_its_hold
after update on holds
deferrable initially deferred
for each row when (old.frozen and (not new.frozen or new.status <> 'HELD'))
execute function check_frozen_hold();

-- Evidence.
alter table attachments
  add column dispute_id uuid references disputes (id),
  drop constraint an_attachment_is_attached_once,
  drop constraint an_attachment_waits_until_it_is_attached_or_deleted,
  add constraint an_attachment_is_attached_once check (
    num_nonnulls(task_id, submission_id, message_id, avatar_of_id, dispute_id) <= 1
  ),
  add constraint an_attachment_waits_until_it_is_attached_or_deleted check (
    (unattached_until is null)
      = (num_nonnulls(task_id, submission_id, message_id, avatar_of_id, dispute_id) = 1 or status = 'DELETED')
  ),
  add constraint only_evidence_belongs_to_a_dispute check (dispute_id is null or purpose = 'EVIDENCE');

create index attachments_dispute_id_idx on attachments (dispute_id, id) where dispute_id is not null;

drop trigger an_attachment_keeps_its_owner on attachments;

create trigger an_attachment_keeps_its_owner
before update of task_id, submission_id, message_id, avatar_of_id, dispute_id on attachments
for each row when (
  num_nonnulls(old.task_id, old.submission_id, old.message_id, old.avatar_of_id, old.dispute_id) = 1
  and (old.task_id, old.submission_id, old.message_id, old.avatar_of_id, old.dispute_id)
    is distinct from (new.task_id, new.submission_id, new.message_id, new.avatar_of_id, new.dispute_id)
)
execute function refuse_second_life();

create trigger evidence_is_not_deleted
before update of status on attachments
for each row when (old.dispute_id is not null and old.status <> 'DELETED' and new.status = 'DELETED' and new.bytes_removed_at is null)
execute function refuse_second_life();

-- Topics of support chats.
alter table chats
  add column about_dispute_id uuid references disputes (id),
  add constraint a_dispute_that_a_chat_is_about_comes_with_its_task check (about_dispute_id is null or about_task_id is not null),
  add constraint a_chat_is_opened_about_one_thing check (num_nonnulls(about_transfer_id, about_dispute_id) <= 1);

create index chats_about_dispute_id_idx on chats (about_dispute_id) where about_dispute_id is not null;

alter table chat_topics
  add column dispute_id uuid references disputes (id),
  add constraint a_topic_is_one_thing check (num_nonnulls(transfer_id, dispute_id) <= 1);

create index chat_topics_dispute_id_idx on chat_topics (dispute_id, id desc) where dispute_id is not null;

drop index a_chat_is_about_each_thing_once;
create unique index a_chat_is_about_each_thing_once on chat_topics (chat_id, coalesce(transfer_id, dispute_id, task_id));

create or replace function keep_first_topic() returns trigger
language plpgsql
as $$
begin
  insert into chat_topics (id, chat_id, task_id, transfer_id, dispute_id, added_at)
  values (new.id, new.id, new.about_task_id, new.about_transfer_id, new.about_dispute_id, new.created_at);
  return null;
end
$$;

-- The disputes that the customers of an agent are party to: as the poster all of the task, else their own. Like agent_transfer_access.
create view agent_dispute_access as
select access.agent_id, dispute.id as dispute_id
from agent_task_access access
join disputes dispute on dispute.task_id = access.task_id
  and (access.is_poster or dispute.tasker_id = access.customer_id);

-- Staff who decide disputes, for the events of those that wait too long.
create index users_finance_idx on users (id) where roles && '{FINANCE,ADMIN}';
