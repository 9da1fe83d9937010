-- The orders of the public list. A list is read for a status that arrives as a parameter, which a partial index on one status
-- never matches, so the status leads the columns instead; the sweep of passed deadlines reads the same index.

create index tasks_status_deadline_idx on tasks (status, deadline, id desc);
create index tasks_status_budget_low_idx on tasks (status, currency, budget_minor, id desc);
create index tasks_status_budget_high_idx on tasks (status, currency, budget_minor desc, id desc);

drop index tasks_deadline_idx;
drop index tasks_budget_idx;
