-- People at a real payment provider: the accounts of payees, the customers of payers, and payments that the payer has to authenticate.

create table payout_accounts (
  user_id uuid not null references users (id),
  provider text not null,
  account_reference text not null,
  opened_at timestamptz(3) not null,
  -- When its readiness is looked up, in case a webhook was lost.
  look_up_at timestamptz(3) not null,
  primary key (user_id, provider)
);

create unique index an_account_belongs_to_one_person on payout_accounts (provider, account_reference);
create index payout_accounts_look_up_at_idx on payout_accounts (look_up_at);

create table payment_customers (
  user_id uuid not null references users (id),
  provider text not null,
  customer_reference text not null,
  opened_at timestamptz(3) not null,
  primary key (user_id, provider)
);

create unique index a_customer_is_one_person on payment_customers (provider, customer_reference);

alter table holds
  add column customer_reference text,
  add column saves_payment_method boolean not null default false,
  -- Until then the payer's client may authenticate the payment; after it the payment is canceled.
  add column authenticate_by timestamptz(3),
  add column provider_request_id text,
  add constraint only_a_pending_hold_is_authenticated check (authenticate_by is null or status = 'PENDING');

alter table refunds
  add column provider_request_id text;

alter table reversals
  add column provider_request_id text;

alter table transfer_attempts
  add column provider_code text,
  add column provider_request_id text;

-- Money that arrives although the payment had failed is refunded.
insert into status_transitions (subject, from_status, to_status)
values
  ('hold', 'FAILED', 'REFUNDED');
