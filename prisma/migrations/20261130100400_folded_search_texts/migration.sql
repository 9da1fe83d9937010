-- Search texts are written by the server. Until now the database made them with lower(), which folds by its own locale: in C only
-- ASCII, and nowhere accents, full-width letters or invisible characters. The column keeps what it has, nothing is rewritten here:
-- a timer of the server folds what is not folded yet, ten thousand tasks in some seconds, and until then a task is found as before.

alter table tasks alter column search_text drop expression;
alter table tasks add column search_text_folded boolean not null default false;

-- A writer that cannot fold (an older server, a statement by hand) leaves a text that is found nearly as well, and to be folded.
create function leave_search_text_to_be_folded() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'INSERT' then
    new.search_text := lower(new.title || E'\n' || new.description);
  else
    new.search_text_folded := false;
  end if;
  return new;
end
$$;

create trigger a_new_task_has_a_search_text
before insert on tasks
for each row
when (new.search_text is null)
execute function leave_search_text_to_be_folded();

create trigger a_search_text_follows_its_task
before update of title, description on tasks
for each row
when (
  (new.title, new.description) is distinct from (old.title, old.description)
  and new.search_text is not distinct from old.search_text
)
execute function leave_search_text_to_be_folded();
