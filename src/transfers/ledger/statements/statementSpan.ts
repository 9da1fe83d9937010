/** The owner of the platform's own statement, as the database writes it: no person has this id. */
export const PLATFORM_ID = '00000000-0000-0000-0000-000000000000'

/** The subject of a statement: the money of one owner in one currency, from `from` until before `to`. */
export interface StatementSpan {
  ownerId: string
  currency: string
  from: Date
  to: Date
}

/** The place of a line in the statements of its owner. */
export interface LineKey {
  postedAt: Date
  sequence: bigint
}

/** The place before all lines of a moment: sequences begin with 1. */
export const startOf = (postedAt: Date): LineKey => ({ postedAt, sequence: 0n })
