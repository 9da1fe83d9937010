-- Tasks and applications. What a task in a status must have stands here as constraints, named by the sentence they state.

create extension if not exists pg_trgm;

create type task_status as enum (
  'DRAFT', 'OPEN', 'AWAITING_FUNDS', 'ASSIGNED', 'SUBMITTED', 'COMPLETED', 'DISPUTED', 'CANCELED', 'EXPIRED'
);
create type acceptance_mode as enum ('FIRST_COME', 'POSTER_CHOICE', 'INVITE_ONLY');
create type task_application_status as enum ('PENDING', 'ACCEPTED', 'REJECTED', 'WITHDRAWN', 'CLOSED');

create table categories (
  id uuid primary key,
  name text not null,
  slug text not null
);

create unique index categories_slug_key on categories (slug);

create table tasks (
  id uuid primary key,
  version integer not null default 1,
  title text not null,
  description text not null,
  search_text text not null generated always as (lower(title || E'\n' || description)) stored,
  category_id uuid references categories (id),
  status task_status not null,
  acceptance_mode acceptance_mode not null,
  budget_minor bigint not null,
  currency text not null,
  agreed_price_minor bigint,
  fee_rule_version integer,
  deadline timestamptz(3),
  location_label text,
  latitude numeric(8, 6),
  longitude numeric(9, 6),
  remote boolean not null default false,
  poster_id uuid not null references users (id),
  assignee_id uuid references users (id),
  invitee_id uuid references users (id),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  published_at timestamptz(3),
  accepted_at timestamptz(3),
  submitted_at timestamptz(3),
  completed_at timestamptz(3),
  ended_at timestamptz(3),
  funding_due_at timestamptz(3),
  auto_approve_at timestamptz(3),
  application_count integer not null default 0,
  last_arrival_number integer not null default 0,
  constraint a_budget_is_positive check (budget_minor > 0),
  constraint an_agreed_price_is_positive check (agreed_price_minor > 0),
  constraint nobody_works_for_themselves check (assignee_id <> poster_id),
  constraint nobody_invites_themselves check (invitee_id <> poster_id),
  constraint an_invite_only_task_has_an_invitee check ((acceptance_mode = 'INVITE_ONLY') = (invitee_id is not null)),
  constraint an_assignment_is_whole_or_absent check (
    num_nulls(assignee_id, agreed_price_minor, fee_rule_version, accepted_at) in (0, 4)
  ),
  constraint a_task_in_work_has_an_assignee check (
    assignee_id is not null or status not in ('AWAITING_FUNDS', 'ASSIGNED', 'SUBMITTED', 'COMPLETED', 'DISPUTED')
  ),
  constraint a_task_to_be_had_has_no_assignee check (
    assignee_id is null or status not in ('DRAFT', 'OPEN', 'EXPIRED')
  ),
  constraint a_submitted_task_has_a_submission_time check (status <> 'SUBMITTED' or submitted_at is not null),
  constraint a_completion_time_is_set_exactly_when_completed check ((status = 'COMPLETED') = (completed_at is not null)),
  constraint an_end_time_is_set_exactly_when_final check (
    (status in ('COMPLETED', 'CANCELED', 'EXPIRED')) = (ended_at is not null)
  ),
  constraint a_draft_was_never_published check (
    case status when 'DRAFT' then published_at is null when 'CANCELED' then true else published_at is not null end
  ),
  constraint a_funding_time_is_set_exactly_when_awaited check ((status = 'AWAITING_FUNDS') = (funding_due_at is not null)),
  constraint an_approval_time_is_set_exactly_when_submitted check ((status = 'SUBMITTED') = (auto_approve_at is not null)),
  constraint a_place_has_both_coordinates_or_neither check ((latitude is null) = (longitude is null)),
  constraint coordinates_are_on_earth check (latitude between -90 and 90 and longitude between -180 and 180)
);

-- The public list: newest first, alone or within a category; own lists; one index for each timer that the sweep reads.
create index tasks_status_idx on tasks (status, id desc);
create index tasks_category_id_idx on tasks (category_id, status, id desc);
create index tasks_poster_id_idx on tasks (poster_id, id desc);
create index tasks_assignee_id_idx on tasks (assignee_id, id desc) where assignee_id is not null;
create index tasks_invitee_id_idx on tasks (invitee_id, id desc) where invitee_id is not null;
create index tasks_budget_idx on tasks (currency, budget_minor, id desc) where status = 'OPEN';
create index tasks_deadline_idx on tasks (deadline, id desc) where status = 'OPEN';
create index tasks_funding_due_at_idx on tasks (funding_due_at) where status = 'AWAITING_FUNDS';
create index tasks_auto_approve_at_idx on tasks (auto_approve_at) where status = 'SUBMITTED';
create index tasks_search_text_idx on tasks using gin (search_text gin_trgm_ops);

create table task_applications (
  id uuid primary key,
  version integer not null default 1,
  task_id uuid not null references tasks (id),
  applicant_id uuid not null references users (id),
  status task_application_status not null,
  message text,
  price_minor bigint not null,
  currency text not null,
  arrival_number integer not null,
  created_at timestamptz(3) not null,
  accepted_at timestamptz(3),
  lapsed_at timestamptz(3),
  constraint a_price_is_positive check (price_minor > 0),
  constraint an_accepted_application_has_its_time check (status <> 'ACCEPTED' or accepted_at is not null)
);

create unique index a_person_applies_once_to_a_task on task_applications (task_id, applicant_id) where status <> 'WITHDRAWN';
create unique index a_task_accepts_one_application on task_applications (task_id) where status = 'ACCEPTED';
create unique index task_applications_task_id_arrival_number_key on task_applications (task_id, arrival_number);
create index task_applications_task_id_idx on task_applications (task_id, id desc);
create index task_applications_applicant_id_idx on task_applications (applicant_id, id desc);

create table work_submissions (
  id uuid primary key,
  task_id uuid not null references tasks (id),
  message text,
  submitted_at timestamptz(3) not null
);

create index work_submissions_task_id_idx on work_submissions (task_id, id desc);
