-- Outcomes of a real payment provider: a transfer that it did not take waits as before, and a refund may come back after it succeeded.

insert into status_transitions (subject, from_status, to_status)
values
  ('transfer', 'PROCESSING', 'PENDING'),
  ('refund', 'SUCCEEDED', 'FAILED');
