import type { PayoutReadiness, Role } from '../db/generated/enums.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

/** A locked account, and `errand_now()` after the lock. */
export interface LockedAccount {
  id: string
  email: string
  displayName: string
  locale: string
  emailVerifiedAt: Date | null
  passwordHash: string
  roles: Role[]
  payoutReadiness: PayoutReadiness
  suspendedAt: Date | null
  now: Date
}

interface Credentials {
  id: string
  email: string
  passwordHash: string
}

export const insertUser = (
  tx: Tx,
  user: {
    id: string
    email: string
    displayName: string
    searchText: string
    passwordHash: string
    payoutReadiness: PayoutReadiness
    createdAt: Date
  },
) => tx.run`
  /* insertUser */
  insert into users (id, email, display_name, search_text, search_text_folded, password_hash, payout_readiness, created_at)
  values (
    ${user.id}, ${user.email}, ${user.displayName}, ${user.searchText}, true, ${user.passwordHash},
    ${user.payoutReadiness}::payout_readiness, ${user.createdAt}
  )
  on conflict (email) do nothing`

export const readCredentials = (database: Statements, { email }: { email: string }) => database.row<Credentials>`
  /* readCredentials */
  select id, email, password_hash
  from users
  where email = ${email}`

export const readOwnCredentials = (database: Statements, { userId }: { userId: string }) => database.row<Credentials>`
  /* readOwnCredentials */
  select id, email, password_hash
  from users
  where id = ${userId}`

// In the order of ids, so that two transactions that lock the same two accounts cannot deadlock. "no key update", so that inserts
// that refer to the accounts need not wait. The clock is read outside the materialized CTE, and so after the lock.
export const lockAccounts = (tx: Tx, { userIds }: { userIds: readonly string[] }) => tx.rows<LockedAccount>`
  /* lockAccounts */
  with account as materialized (
    select
      id, email, display_name, locale, email_verified_at, password_hash, roles::text[] as roles,
      payout_readiness::text as payout_readiness, suspended_at
    from users
    where id = any(${userIds}::uuid[])
    order by id
    for no key update
  )
  select
    account.id, account.email, account.display_name, account.locale, account.email_verified_at, account.password_hash,
    account.roles, account.payout_readiness, account.suspended_at,
    errand_now() as now
  from account`

export const setPasswordHash = (tx: Tx, { userId, passwordHash }: { userId: string; passwordHash: string }) => tx.run`
  /* setPasswordHash */
  update users
  set password_hash = ${passwordHash}
  where id = ${userId}`

export const setDisplayName = (tx: Tx, { userId, displayName }: { userId: string; displayName: string }) => tx.run`
  /* setDisplayName */
  update users
  set display_name = ${displayName}
  where id = ${userId}`

/** Fails with UNIQUE_VIOLATION if another account has the address. */
export const setEmail = (tx: Tx, { userId, email, at }: { userId: string; email: string; at: Date }) => tx.run`
  /* setEmail */
  update users
  set email = ${email},
    email_verified_at = ${at}
  where id = ${userId}`

export const setEmailVerified = (tx: Tx, { userId, at }: { userId: string; at: Date }) => tx.run`
  /* setEmailVerified */
  update users
  set email_verified_at = coalesce(email_verified_at, ${at})
  where id = ${userId}`

export const setLocale = (tx: Tx, { userId, locale }: { userId: string; locale: string }) => tx.run`
  /* setLocale */
  update users
  set locale = ${locale}
  where id = ${userId}`

export const setTimeZone = (tx: Tx, { userId, timeZone }: { userId: string; timeZone: string }) => tx.run`
  /* setTimeZone */
  update users
  set time_zone = ${timeZone}
  where id = ${userId}`

export const setUserRoles = (tx: Tx, { userId, roles }: { userId: string; roles: readonly Role[] }) => tx.run`
  /* setUserRoles */
  update users
  set roles = ${roles}::role[]
  where id = ${userId}`

export const setSuspendedAt = (tx: Tx, { userId, suspendedAt }: { userId: string; suspendedAt: Date | null }) => tx.run`
  /* setSuspendedAt */
  update users
  set suspended_at = ${suspendedAt}
  where id = ${userId}`

export const setReadiness = (tx: Tx, { userId, readiness }: { userId: string; readiness: PayoutReadiness }) => tx.run`
  /* setReadiness */
  update users
  set payout_readiness = ${readiness}::payout_readiness
  where id = ${userId}`

/** The rights of a person; none if the account is suspended. */
export const readRights = (database: Statements, { userId }: { userId: string }) => database.row<{
  roles: Role[]
  isVerified: boolean
  hasSecondFactor: boolean
}>`
  /* readRights */
  select
    roles::text[] as roles,
    email_verified_at is not null as is_verified,
    exists (select from second_factors factor where factor.user_id = users.id) as has_second_factor
  from users
  where id = ${userId}
    and suspended_at is null`
