-- A deadline is at most ten years ahead when it is set, so the API takes each that it gives. Those that are further, among them
-- some beyond the year 9999, which no client can read, come down to that.

update tasks
set deadline = errand_now() + interval '10 years'
where deadline > errand_now() + interval '10 years';

alter table tasks add constraint a_deadline_has_a_year_of_four_digits
check (deadline < timestamptz '9999-12-31 00:00:00+00') not valid;

alter table tasks validate constraint a_deadline_has_a_year_of_four_digits;
