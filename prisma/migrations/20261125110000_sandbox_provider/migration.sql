-- The sandbox's payment provider, with a book of its own. It knows of our side only what it was told: no foreign key leads
-- from here to our tables. It does not refuse a second movement for the same object, as a real provider would not: that
-- there is only one is for our rules to see to, and for the tests to find out.

create type sandbox.provider_mode as enum (
  'ACCEPT',
  'REFUSE',
  'REFUSE_FOR_GOOD',
  'DROP_RESPONSE',
  'DARK',
  'DELAY',
  'DUPLICATE_WEBHOOK'
);

create table sandbox.provider (
  only_row boolean primary key default true,
  mode sandbox.provider_mode not null default 'ACCEPT',
  calls integer not null default 0,
  -- Signs what the provider posts to us: 244 random bits, made once, the same for every server on this database.
  webhook_secret text not null default gen_random_uuid()::text || gen_random_uuid()::text,
  constraint there_is_one_provider check (only_row)
);

insert into sandbox.provider default values;

create type sandbox.movement_kind as enum ('charge', 'transfer', 'reversal', 'refund');

create table sandbox.movements (
  id text primary key,
  kind sandbox.movement_kind not null,
  our_reference text not null,
  idempotency_key text not null,
  amount_minor bigint not null,
  currency text not null,
  -- The charge that a refund gives back, so that nobody gets back more than was paid.
  charge_id text references sandbox.movements (id),
  created_at timestamptz(3) not null,
  constraint a_movement_moves_something check (amount_minor > 0),
  constraint a_refund_and_nothing_else_names_its_charge check ((kind = 'refund') = (charge_id is not null))
);

create index movements_our_reference_idx on sandbox.movements (our_reference, kind, id);
create index movements_charge_id_idx on sandbox.movements (charge_id);

create trigger movements_are_append_only
before update or delete on sandbox.movements
for each row execute function refuse_change();

create trigger movements_are_not_truncated
before truncate on sandbox.movements
for each statement execute function refuse_change();

-- The orders that were taken, by idempotency key: the answer is kept, a refusal as well, and given again for 24 hours.
create table sandbox.orders (
  idempotency_key text primary key,
  parameters jsonb not null,
  answer jsonb,
  received_at timestamptz(3) not null
);
