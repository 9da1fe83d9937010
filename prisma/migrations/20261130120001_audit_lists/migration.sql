-- The audit log is listed newest first, of one actor, about one subject, or of one action. The indexes are built under a lock on the
-- log: no member of staff acts and nobody signs in for some ten seconds where it has a million records.

create index audit_records_subject_id_idx on audit_records (subject_id, id desc) where subject_id is not null;
create index audit_records_action_idx on audit_records (action, id desc);
drop index audit_records_actor_id_idx;
create index audit_records_actor_id_idx on audit_records (actor_id, id desc);
