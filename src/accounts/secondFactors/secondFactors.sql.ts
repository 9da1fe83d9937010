// Second factors live on real time, like sessions.

import type { SecondFactorKind } from '../../db/generated/enums.ts'
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

export interface FactorRow {
  id: string
  userId: string
  kind: SecondFactorKind
  name: string
  /** The secret of an authenticator app, encrypted; null for a passkey, and so is `lastStep`. */
  sealedSecret: Buffer | null
  lastStep: bigint | null
  /** The credential of a passkey; null for an authenticator app, and so are `publicKey` and `signCount`. */
  credentialId: Buffer | null
  publicKey: Buffer | null
  signCount: bigint | null
  transports: string[]
}

/** The columns of a new factor that depend on its kind. */
export type FactorContent = Omit<FactorRow, 'id' | 'userId' | 'name'>

/** Inserts nothing, and returns 0, if the person has as many factors as a person may have. */
export const insertFactor = (
  tx: Tx,
  factor: FactorContent & { id: string; userId: string; name: string; slotsMax: number },
) => tx.run`
  /* insertFactor */
  insert into second_factors (
    id, user_id, slot, kind, name, created_at, sealed_secret, last_step, credential_id, public_key, sign_count,
    transports
  )
  select
    ${factor.id}::uuid, ${factor.userId}::uuid, free.slot, ${factor.kind}::second_factor_kind, ${factor.name}::text,
    clock_timestamp(), ${factor.sealedSecret}::bytea, ${factor.lastStep}::bigint, ${factor.credentialId}::bytea,
    ${factor.publicKey}::bytea, ${factor.signCount}::bigint, ${factor.transports}::text[]
  from generate_series(1, ${factor.slotsMax}::integer) as free (slot)
  where not exists (
    select
    from second_factors other
    where other.user_id = ${factor.userId}
      and other.slot = free.slot
  )
  order by free.slot
  limit 1`

export const readFactors = (database: Statements, { userId }: { userId: string }) => database.rows<FactorRow>`
  /* readFactors */
  select
    id, user_id, kind::text as kind, name, sealed_secret, last_step, credential_id, public_key, sign_count, transports
  from second_factors
  where user_id = ${userId}
  order by slot`

export const readPasskey = (
  database: Statements,
  { credentialId }: { credentialId: Buffer },
) => database.row<FactorRow>`
  /* readPasskey */
  select
    id, user_id, kind::text as kind, name, sealed_secret, last_step, credential_id, public_key, sign_count, transports
  from second_factors
  where credential_id = ${credentialId}`

/** Returns 0 if a code of this step or a later one was used already. */
export const useTotpStep = (tx: Tx, { factorId, step }: { factorId: string; step: number }) => tx.run`
  /* useTotpStep */
  update second_factors
  set last_step = ${step},
    last_used_at = clock_timestamp()
  where id = ${factorId}
    and last_step < ${step}`

/** Returns 0 if the passkey has counted this signature already. A passkey without a counter always sends 0. */
export const useSignCount = (tx: Tx, { factorId, signCount }: { factorId: string; signCount: number }) => tx.run`
  /* useSignCount */
  update second_factors
  set sign_count = ${signCount},
    last_used_at = clock_timestamp()
  where id = ${factorId}
    and (sign_count < ${signCount} or (sign_count = 0 and ${signCount} = 0))`

export const deleteFactor = (tx: Tx, { factorId }: { factorId: string }) => tx.run`
  /* deleteFactor */
  delete from second_factors
  where id = ${factorId}`
