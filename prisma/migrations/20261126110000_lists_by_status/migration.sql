-- Lists of one's own, by status: each status is a stretch of the index in the order of the list, and a list of several statuses,
-- or of all, is the merge of their stretches. By the owner alone, a person with ten thousand finished tasks would have all of
-- them looked at to find that none is disputed. Each new index takes the place of one that it can do the work of.
-- They are built under a lock: a table of a million rows is not written to for some four seconds an index, on a busy machine.

create index tasks_poster_id_status_idx on tasks (poster_id, status, id desc);
create index tasks_assignee_id_status_idx on tasks (assignee_id, status, id desc) where assignee_id is not null;
create index task_applications_applicant_id_status_idx on task_applications (applicant_id, status, id desc);
create index chats_agent_id_status_idx on chats (agent_id, status, id desc) where agent_id is not null;

drop index tasks_poster_id_idx;
drop index tasks_assignee_id_idx;
drop index task_applications_applicant_id_idx;
drop index chats_agent_id_idx;

-- Transfers are listed by the time at which they were made, since a range of it can be asked for. By id, those before a time
-- would be found behind all that came after it.
create index transfers_created_at_idx on transfers (created_at desc, id desc);
create index transfers_status_created_at_idx on transfers (status, created_at desc, id desc);
create index transfers_destination_id_status_idx on transfers (destination_id, status, created_at desc, id desc);

drop index transfers_status_idx;
drop index transfers_destination_id_idx;
