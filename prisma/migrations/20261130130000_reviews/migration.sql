-- Reviews of completed tasks: each side reviews the other once, within 14 days after the completion. A review is blind, which means that
-- only its author sees it, until both are in or the window has closed. Publication adds to the rating of the subject, a count and a sum
-- in the row of the person, so a rating is read without a count of reviews.
-- Locks: `users` and `reviews` only. The new columns have constant defaults, so no row is rewritten; the check reads `users` once.

create type review_status as enum ('BLIND', 'PUBLISHED');

create table reviews (
  id uuid primary key,
  task_id uuid not null references tasks (id),
  author_id uuid not null references users (id),
  subject_id uuid not null references users (id),
  status review_status not null default 'BLIND',
  rating integer not null,
  comment text,
  created_at timestamptz(3) not null,
  window_closes_at timestamptz(3) not null,
  published_at timestamptz(3),
  constraint a_rating_is_from_1_to_5 check (rating between 1 and 5),
  constraint a_comment_has_1_to_2000_characters check (char_length(comment) between 1 and 2000),
  constraint nobody_reviews_themselves check (author_id <> subject_id),
  constraint a_review_is_written_before_its_window_closes check (created_at < window_closes_at),
  constraint a_published_review_has_its_time check ((status = 'PUBLISHED') = (published_at is not null)),
  constraint a_review_is_published_after_it_was_written check (published_at >= created_at)
);

create unique index a_side_reviews_a_task_once on reviews (task_id, author_id);
create index reviews_subject_id_status_idx on reviews (subject_id, status, published_at desc, id desc);
create index reviews_window_closes_at_idx on reviews (window_closes_at) where status = 'BLIND';

insert into status_transitions (subject, from_status, to_status)
values ('review', 'BLIND', 'PUBLISHED');

create trigger a_review_follows_its_life_cycle
before update of status on reviews
for each row when (old.status is distinct from new.status)
execute function refuse_illegal_transition('review');

-- The lock on the task makes two reviews of one task wait for each other, also from psql.
create function check_review() returns trigger
language plpgsql
as $$
declare
  task record;
  refused text;
begin
  select status, poster_id, assignee_id, completed_at
  into task
  from tasks
  where id = new.task_id
  for no key update;
  refused := case
    when task.status is distinct from 'COMPLETED' then 'a_review_is_of_a_completed_task'
    when (new.author_id, new.subject_id) is distinct from (task.poster_id, task.assignee_id)
      and (new.author_id, new.subject_id) is distinct from (task.assignee_id, task.poster_id)
    then 'a_review_is_by_one_side_of_a_task_about_the_other'
    when new.window_closes_at <> task.completed_at + interval '336 hours'
    then 'a_window_for_reviews_closes_14_days_after_completion'
    when new.created_at < task.completed_at then 'a_review_is_written_after_completion'
    when new.status <> 'BLIND' then 'a_review_begins_blind'
  end;
  if refused is not null then
    raise exception 'review % of task % refused: %', new.id, new.task_id, refused
      using errcode = 'check_violation', constraint = refused, table = tg_table_name;
  end if;
  return new;
end
$$;

create trigger a_review_is_by_one_side_of_a_completed_task
before insert on reviews
for each row execute function check_review();

create function refuse_changed_review() returns trigger
language plpgsql
as $$
begin
  raise exception 'a review is never changed: % refused', lower(tg_op)
    using errcode = 'check_violation', constraint = 'a_review_is_never_changed', table = tg_table_name;
end
$$;

-- Only its publication changes a review.
create trigger a_review_is_never_changed
before update on reviews
for each row when (
  (old.id, old.task_id, old.author_id, old.subject_id, old.rating, old.comment, old.created_at, old.window_closes_at)
    is distinct from
  (new.id, new.task_id, new.author_id, new.subject_id, new.rating, new.comment, new.created_at, new.window_closes_at)
  or (old.status = 'PUBLISHED' and old.published_at is distinct from new.published_at)
)
execute function refuse_changed_review();

create trigger a_review_is_never_deleted
before delete on reviews
for each row execute function refuse_changed_review();

create trigger reviews_are_never_truncated
before truncate on reviews
for each statement execute function refuse_changed_review();

-- At commit: the reviews of both sides are published, and a single one only if its window has closed.
create function check_publication() returns trigger
language plpgsql
as $$
declare
  task_reviews record;
begin
  select
    count(*) as written,
    count(published_at) as published,
    max(created_at) as completed_at,
    min(published_at) as first_published_at,
    max(window_closes_at) as window_closes_at
  into task_reviews
  from reviews
  where task_id = new.task_id;
  if task_reviews.written = 2 and task_reviews.published < 2 then
    raise exception 'task % has the reviews of both sides, and % published', new.task_id, task_reviews.published
      using errcode = 'check_violation', constraint = 'reviews_of_both_sides_are_published', table = tg_table_name;
  end if;
  if task_reviews.published > 0
    and task_reviews.first_published_at < task_reviews.window_closes_at
    and (task_reviews.written < 2 or task_reviews.first_published_at < task_reviews.completed_at)
  then
    raise exception 'the review % is published too early', new.id
      using
        errcode = 'check_violation',
        constraint = 'a_review_is_blind_until_both_are_in_or_its_window_has_closed',
        table = tg_table_name;
  end if;
  return null;
end
$$;

create constraint trigger reviews_of_both_sides_are_published
after insert or update on reviews
deferrable initially deferred
for each row execute function check_publication();

alter table users
  add column rating_count integer not null default 0,
  add column rating_sum integer not null default 0,
  add constraint a_sum_of_ratings_fits_their_number check (
    rating_count >= 0 and rating_sum between rating_count and 5 * rating_count
  );

-- Once a statement, and in the order of ids, in which all rules lock several people: two publications about the same people cannot
-- deadlock. Rules lock tasks before people, and a publication locks its task first.
create function keep_ratings() returns trigger
language plpgsql
as $$
begin
  perform from users
  where id in (select subject_id from now_published)
  order by id
  for no key update;
  update users
  set rating_count = rating_count + added.count,
    rating_sum = rating_sum + added.sum
  from (
    select after.subject_id, count(*)::integer as count, sum(after.rating)::integer as sum
    from now_published after
    join before_publication before on before.id = after.id
    where before.status = 'BLIND'
      and after.status = 'PUBLISHED'
    group by after.subject_id
  ) added
  where users.id = added.subject_id;
  return null;
end
$$;

create trigger a_published_review_is_in_the_rating
after update on reviews
referencing old table as before_publication new table as now_published
for each statement execute function keep_ratings();

create function refuse_rating() returns trigger
language plpgsql
as $$
begin
  raise exception 'ratings follow from published reviews: % refused', lower(tg_op)
    using errcode = 'check_violation', constraint = 'ratings_follow_from_published_reviews', table = tg_table_name;
end
$$;

-- Only the trigger on reviews comes from within another trigger.
create trigger ratings_follow_from_published_reviews
before update of rating_count, rating_sum on users
for each row when (pg_trigger_depth() = 0)
execute function refuse_rating();

create trigger a_person_begins_without_ratings
before insert on users
for each row when (new.rating_count <> 0 or new.rating_sum <> 0)
execute function refuse_rating();
