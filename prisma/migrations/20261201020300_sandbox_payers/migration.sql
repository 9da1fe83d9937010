-- The sandbox's payments that wait for the payer to authenticate them, and the payment methods that payers have saved there.

create type sandbox.authentication_status as enum ('WAITING', 'DONE', 'FAILED', 'CANCELED');

create table sandbox.authentications (
  -- The id of the charge, if it succeeds.
  charge_id text primary key,
  our_reference text not null,
  idempotency_key text not null,
  amount_minor bigint not null,
  currency text not null,
  payment_method_id text not null,
  customer_reference text,
  saves_payment_method boolean not null,
  status sandbox.authentication_status not null default 'WAITING',
  created_at timestamptz(3) not null
);

create index authentications_our_reference_idx on sandbox.authentications (our_reference);

create table sandbox.saved_payment_methods (
  customer_reference text not null,
  payment_method_id text not null,
  saved_at timestamptz(3) not null,
  primary key (customer_reference, payment_method_id)
);
