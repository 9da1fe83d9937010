-- Where open tasks are, apart from all others: nearly every search is for those, and nearly every task is over. The nearest come
-- out of the first index in the order of their distance. A task is in one of the two, as it was in one.
-- They are built under a lock: a table of a million rows with places is not written to for about a minute.

create index tasks_open_place_idx on tasks using gist (earth_point(latitude, longitude))
where latitude is not null and status = 'OPEN';

create index tasks_other_place_idx on tasks using gist (earth_point(latitude, longitude))
where latitude is not null and status <> 'OPEN';

drop index tasks_place_idx;
