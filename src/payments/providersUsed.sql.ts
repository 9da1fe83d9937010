import type { Statements } from '../db/statements.ts'

interface ProvidersUsed {
  /** True if the sandbox has moved money in this database. */
  hasSandbox: boolean
  /** The reference of the newest payment; null if there is none. */
  newestReference: string | null
}

/** The providers that have moved money for the objects of this database. */
export const readProvidersUsed = (database: Statements) => database.row<ProvidersUsed>`
  /* readProvidersUsed */
  select
    exists (select from sandbox.movements) as has_sandbox,
    (
      select provider_reference
      from holds
      where provider_reference is not null
      order by id desc
      limit 1
    ) as newest_reference`
