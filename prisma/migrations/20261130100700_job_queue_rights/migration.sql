-- Servers may run as a user who owns nothing and may create nothing, while another one migrates. graphile-worker turns row
-- security on for its tables and makes no policy, so that nobody but their owner finds a row in them, whatever was granted.
-- From now on who was granted a table has its rows.

do $$
declare
  queue_table regclass;
begin
  for queue_table in
    select oid
    from pg_class
    where relnamespace = 'graphile_worker'::regnamespace
      and relrowsecurity
  loop
    execute format('create policy who_is_granted_the_table_has_its_rows on %s using (true) with check (true)', queue_table);
  end loop;
end
$$;
