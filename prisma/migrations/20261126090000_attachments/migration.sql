-- Files. The bytes are in the store under the id; here is what is known of them, whose they are and what they belong to.
-- An attachment belongs to its uploader until it is attached, once: to one owner, for good.

create type file_purpose as enum ('TASK', 'CHAT', 'EVIDENCE', 'AVATAR');
create type attachment_status as enum ('AVAILABLE', 'QUARANTINED', 'REJECTED', 'DELETED');

create table attachments (
  id uuid primary key,
  uploaded_by_id uuid not null references users (id),
  purpose file_purpose not null,
  status attachment_status not null,
  filename text not null,
  content_type text not null,
  byte_size bigint not null,
  sha256 text not null,
  created_at timestamptz(3) not null,
  task_id uuid references tasks (id),
  submission_id uuid references work_submissions (id),
  message_id uuid references messages (id),
  avatar_of_id uuid references users (id),
  place integer not null default 0,
  unattached_until timestamptz(3),
  bytes_removed_at timestamptz(3),
  constraint an_attachment_is_attached_once check (num_nonnulls(task_id, submission_id, message_id, avatar_of_id) <= 1),
  constraint an_attachment_waits_until_it_is_attached_or_deleted check (
    (unattached_until is null) = (num_nonnulls(task_id, submission_id, message_id, avatar_of_id) = 1 or status = 'DELETED')
  ),
  constraint an_avatar_is_ones_own check (avatar_of_id = uploaded_by_id),
  constraint a_file_is_not_empty check (byte_size > 0),
  constraint a_checksum_is_a_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
  constraint only_a_deleted_attachment_has_no_bytes check (bytes_removed_at is null or status = 'DELETED')
);

create index attachments_uploaded_by_id_idx on attachments (uploaded_by_id);
create index attachments_task_id_idx on attachments (task_id, place) where task_id is not null;
create index attachments_submission_id_idx on attachments (submission_id, place) where submission_id is not null;
create index attachments_message_id_idx on attachments (message_id, place) where message_id is not null;
create unique index a_person_has_one_avatar on attachments (avatar_of_id) where status <> 'DELETED';
create index attachments_unattached_until_idx on attachments (unattached_until) where unattached_until is not null;
create index attachments_to_be_removed_idx on attachments (id) where status = 'DELETED' and bytes_removed_at is null;

create function refuse_second_life() returns trigger
language plpgsql
as $$
begin
  raise exception 'an attachment has one owner, and one end'
    using errcode = 'check_violation', constraint = tg_name, table = tg_table_name;
end
$$;

create trigger an_attachment_keeps_its_owner
before update of task_id, submission_id, message_id, avatar_of_id on attachments
for each row when (
  num_nonnulls(old.task_id, old.submission_id, old.message_id, old.avatar_of_id) = 1
  and (old.task_id, old.submission_id, old.message_id, old.avatar_of_id)
    is distinct from (new.task_id, new.submission_id, new.message_id, new.avatar_of_id)
)
execute function refuse_second_life();

create trigger a_deleted_attachment_stays_deleted
before update of status on attachments
for each row when (old.status = 'DELETED' and new.status <> 'DELETED')
execute function refuse_second_life();
