-- Administrators find people by the beginnings of the words of their names and addresses, folded as the texts of tasks are. The server
-- writes the text; a timer folds what it has not written. All rows are written and indexed under a lock: some ten seconds for a million
-- people, in which nobody signs up or changes their name.

alter table users
  add column search_text text not null default '',
  add column search_text_folded boolean not null default false;

-- A writer that cannot fold (an older server, a statement by hand) leaves a text that is found nearly as well, and to be folded.
create function leave_person_to_be_folded() returns trigger
language plpgsql
as $$
begin
  new.search_text := ' ' || lower(new.display_name) || ' ' || new.email;
  new.search_text_folded := false;
  return new;
end
$$;

create trigger a_new_person_has_a_search_text
before insert on users
for each row
when (new.search_text = '')
execute function leave_person_to_be_folded();

create trigger a_search_text_follows_its_person
before update of display_name, email on users
for each row
when (
  (new.display_name, new.email) is distinct from (old.display_name, old.email)
  and new.search_text is not distinct from old.search_text
)
execute function leave_person_to_be_folded();

update users set search_text = ' ' || lower(display_name) || ' ' || email;

create index users_search_text_idx on users using gin (search_text gin_trgm_ops);
create index users_unfolded_idx on users (id) where not search_text_folded;
