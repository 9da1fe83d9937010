import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

interface UnfoldedPerson {
  id: string
  displayName: string
  email: string
}

export const readUnfoldedPeople = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* readUnfoldedPeople */
  select id
  from users
  where not search_text_folded
  order by id
  limit ${limit}`

// Skips rows locked by another transaction; the next sweep folds them.
export const lockUnfoldedPeople = (tx: Tx, { userIds }: { userIds: readonly string[] }) => tx.rows<UnfoldedPerson>`
  /* lockUnfoldedPeople */
  select id, display_name, email
  from users
  where id = any(${userIds}::uuid[])
    and not search_text_folded
  order by id
  for no key update skip locked`

export const setPeopleSearchTexts = (
  tx: Tx,
  { userIds, searchTexts }: { userIds: readonly string[]; searchTexts: readonly string[] },
) => tx.run`
  /* setPeopleSearchTexts */
  update users person
  set search_text = folded.search_text,
    search_text_folded = true
  from unnest(${userIds}::uuid[], ${searchTexts}::text[]) as folded (id, search_text)
  where person.id = folded.id`
