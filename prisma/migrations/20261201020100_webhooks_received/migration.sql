-- The events that payment providers have told of, so that each is processed once however often it is delivered. A delivery takes the
-- event for the time of a lease, and marks it processed only after it is: if the server dies in between, the next delivery takes it.

create table webhooks_received (
  provider text not null,
  event_id text not null,
  received_at timestamptz(3) not null,
  processed_at timestamptz(3),
  -- Real time: until then a delivery of it is being processed.
  lease_until timestamptz(3),
  -- When it is deleted: providers repeat an event for at most a few days.
  forget_at timestamptz(3) not null,
  primary key (provider, event_id),
  constraint an_event_that_is_processed_has_no_lease check (processed_at is null or lease_until is null)
);

create index webhooks_received_forget_at_idx on webhooks_received (forget_at);
