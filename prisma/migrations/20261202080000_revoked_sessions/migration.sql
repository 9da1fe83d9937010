-- For the sweep that deletes ended sessions a day after their end, instead of thirty days after their last use.

create index sessions_revoked_at_idx on sessions (revoked_at) where revoked_at is not null;
