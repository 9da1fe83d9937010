/** Folds the search texts of people that were written without folding: by a migration, an older server, or a change of the name. */
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { prefixSearchTextOf } from '../../domain/searchText.ts'
import type { Timer } from '../../jobs/timer.ts'
import { lockUnfoldedPeople, readUnfoldedPeople, setPeopleSearchTexts } from './peopleSearch.sql.ts'

/** Folds a batch of people at each sweep. It has no due time, because only searches depend on it. */
export const foldPeople: Timer = {
  name: 'foldPeople',
  nextDue: async () => null,
  runDue: async ({ database }, limit) => {
    const userIds = (await readUnfoldedPeople(database, { limit })).map(({ id }) => id)
    return userIds.length === 0 ? 0 : withTransaction(database, (tx) => fold(tx, userIds))
  },
}

async function fold(tx: Tx, userIds: readonly string[]): Promise<number> {
  const people = await lockUnfoldedPeople(tx, { userIds })
  const searchTexts = people.map(({ displayName, email }) => prefixSearchTextOf(displayName, email))
  return setPeopleSearchTexts(tx, { userIds: people.map(({ id }) => id), searchTexts })
}
