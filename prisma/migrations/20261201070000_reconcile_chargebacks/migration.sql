-- The provider books a chargeback and its fee as two movements of one object, so that a run must tell their lines apart. The default is for
-- the lines of a run that goes on meanwhile: until now, a line of a chargeback named no object of ours.
alter table reconciliation_lines add column is_fee boolean not null default false;

-- A run looks for the money of the chargebacks that were won in its span.
create index chargebacks_won_idx on chargebacks (closed_at) where status = 'WON';
