-- Sessions end. One that was not used for thirty days has no token that works; a sweep deletes it by this index. A person has at
-- most a hundred: signing in once more ends the one that was used longest ago, and so do we here for those who have more.

create index sessions_last_used_at_idx on sessions (last_used_at);

-- The living ones of a person, in the order in which they are listed and ended.
create index sessions_living_idx on sessions (user_id, last_used_at desc, id desc) where revoked_at is null;

update sessions
set revoked_at = clock_timestamp()
where id in (
  select id
  from (
    select id, row_number() over (partition by user_id order by last_used_at desc, id desc) as place
    from sessions
    where revoked_at is null
  ) ranked
  where place > 100
);
