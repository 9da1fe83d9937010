-- The debt of a tasker whose account at the provider lacked the money of a reversal, and the sandbox mode for it. They stand alone: a new
-- value of an enum cannot be used in the transaction that adds it.

alter type ledger_account_kind add value 'USER_DEBT';
alter type sandbox.provider_mode add value 'EMPTY_ACCOUNTS';
