-- Sign-in by OpenID Connect: the accounts at providers that are linked with people, by issuer and subject. Neither changes when an
-- address does.

create table open_id_links (
  issuer text not null,
  subject text not null,
  user_id uuid not null references users (id),
  created_at timestamptz(3) not null,
  primary key (issuer, subject),
  constraint a_subject_is_not_empty check (subject <> '')
);

-- One account of each provider: a second one with the same address belongs to somebody else, to whom the address was given.
create unique index open_id_links_user_id_key on open_id_links (user_id, issuer);

create function refuse_change_of_open_id_link() returns trigger
language plpgsql
as $$
begin
  raise exception 'the link of subject % cannot change', old.subject
    using errcode = 'check_violation', constraint = 'a_link_never_changes', table = 'open_id_links';
end
$$;

create trigger a_link_never_changes
before update on open_id_links
for each row
execute function refuse_change_of_open_id_link();
