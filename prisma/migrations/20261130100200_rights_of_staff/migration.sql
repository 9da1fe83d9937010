-- What staff may see by their role is decided when they look. These views are the one definition of it, for the conditions of
-- reads and for the statements of rules: nothing is stored, so nothing can lag behind the tasks and chats that it follows from.
-- Creating them reads no table. Filling in the column of events reads the events once, under a lock, and writes those that have a reason:
-- some seconds for a million.

-- Whose own matter a task is: staff among them never use their role on it. A tasker who left it has an application and a chat.
create view task_people as
select task.id as task_id, person.id as user_id
from tasks task
cross join lateral (values (task.poster_id), (task.assignee_id), (task.invitee_id)) as person (id)
where person.id is not null
union all
select task_id, applicant_id
from task_applications
union all
select task_id, tasker_id
from chats
where kind = 'TASK';

-- Whether somebody has applied to a task is looked up for each task of a list; without this all applications of each would be read. It is
-- built under a lock: nobody applies for some seconds where there are a million.
create index task_applications_task_id_applicant_id_idx on task_applications (task_id, applicant_id);

-- The tasks that the support chats of an agent are about, and what the customer is to each of them: the agent sees no more.
-- A task that is the agent's own matter is left out, looked up for each of their few chats. Customers count as the people they are, whatever role they have.
create view agent_task_access as
select
  chat.id as chat_id,
  chat.agent_id,
  chat.customer_id,
  task.id as task_id,
  task.poster_id = chat.customer_id as is_poster,
  task.poster_id = chat.customer_id or task.assignee_id is not distinct from chat.customer_id as is_party,
  task.poster_id = chat.customer_id
    or case task.status
      when 'DRAFT' then false
      when 'OPEN' then (task.acceptance_mode <> 'INVITE_ONLY' or task.invitee_id is not distinct from chat.customer_id)
        and exists (
          select
          from users poster
          where poster.id = task.poster_id
            and poster.suspended_at is null
        )
      else task.assignee_id is not distinct from chat.customer_id
        or exists (
          select
          from task_applications application
          where application.task_id = task.id
            and application.applicant_id = chat.customer_id
        )
    end as is_visible
from chats chat
join chat_topics topic on topic.chat_id = chat.id
join tasks task on task.id = topic.task_id
where chat.status = 'ASSIGNED'
  and not exists (
    select
    from task_people person
    where person.task_id = task.id
      and person.user_id = chat.agent_id
    offset 0
  );

-- The chats of those tasks that the customer takes part in: all of them as the poster, else their own.
create view agent_chat_access as
select access.agent_id, chat.id as chat_id
from agent_task_access access
join chats chat on chat.task_id = access.task_id
  and (access.is_poster or chat.tasker_id = access.customer_id);

-- The transfers of those tasks that the customer may see: all of them as the poster, else those to themselves.
create view agent_transfer_access as
select access.agent_id, transfer.id as transfer_id
from agent_task_access access
join transfers transfer on transfer.task_id = access.task_id
  and (access.is_poster or transfer.destination_id = access.customer_id);

-- Whether somebody may answer in a support chat: it is not their own, nor about a matter of their own. A function, so that it is looked up for
-- each chat; the planner would begin by reading all tasks.
create function may_serve(support_chat_id uuid, person_id uuid) returns boolean
language sql
stable
as $$
  select chat.customer_id <> person_id
    and not exists (
      select
      from chat_topics topic
      where topic.chat_id = chat.id
        and exists (
          select
          from task_people person
          where person.task_id = topic.task_id
            and person.user_id = person_id
          offset 0
        )
    )
  from chats chat
  where chat.id = support_chat_id
$$;

-- Whom the reason of an event is for: the poster, and the tasker whom it concerns. Rivals are told of the event without it. Whom an event
-- concerns stands in the order poster, tasker, others; only a task that nobody had has no tasker.
alter table events
  add column reason_reader_ids uuid[] not null default '{}';

-- Events are append-only for whoever uses them; this fills in what the new column says of the old ones.
alter table events disable trigger events_are_append_only;

update events
set reason_reader_ids = case
    when type in ('task.canceled', 'task.expired') and status_before = 'OPEN' then recipient_ids[1:1]
    else recipient_ids[1:2]
  end
where kind = 'TASK'
  and reason is not null;

alter table events enable trigger events_are_append_only;
