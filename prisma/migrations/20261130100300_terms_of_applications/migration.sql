-- An application is for the task as its applicant saw it. Each application keeps the version of the task that its applicant last
-- agreed to, and each task the version at which its terms last changed: an application from before that cannot be accepted until
-- its applicant confirms it.
-- What is there already is dated by the log of events: an application by the version of its task when it was made, the terms by
-- the last update. Both statements read the events of tasks that have applications, by the index on their task.

alter table tasks
  add column terms_version integer not null default 1,
  add constraint terms_are_as_old_as_the_task_or_newer check (terms_version between 1 and version);

alter table task_applications
  add column task_version integer;

update tasks task
set terms_version = updated.version
from (
  select event.task_id, max(event.task_version) as version
  from events event
  where event.type = 'task.updated'
  group by event.task_id
) updated
where updated.task_id = task.id;

update task_applications application
set task_version = coalesce(
  (
    select max(event.task_version)
    from events event
    where event.task_id = application.task_id
      and event.kind = 'TASK'
      and event.occurred_at <= application.created_at
  ),
  1
);

alter table task_applications
  alter column task_version set not null,
  add constraint an_application_is_for_a_version_of_its_task check (task_version >= 1);
