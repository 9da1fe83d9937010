-- Until when the provider lets the money of a hold be held, and when its parties and finance staff are warned that this time ends. Holds from
-- before have no limit: only the sandbox made payments until now, which returns no money by itself.

alter table holds
  add column holdable_until timestamptz(3),
  -- The warning that is due; none once it was recorded.
  add column expiry_warning_at timestamptz(3),
  add constraint a_hold_may_be_held_after_its_order check (holdable_until > created_at),
  add constraint a_hold_is_warned_of_before_its_limit check (
    expiry_warning_at is null or (holdable_until is not null and expiry_warning_at < holdable_until)
  );

create index holds_expiry_warning_at_idx on holds (expiry_warning_at) where expiry_warning_at is not null and status = 'HELD';
