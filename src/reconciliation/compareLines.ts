import { asPublicId, fromPublicId, type IdPrefix } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { BookLine } from '../payments/port/book.ts'
import { findRepeatedLines, insertLines, type OurMovement, readOurMovements } from './books.sql.ts'
import { differenceOf, isAnotherMovement, isInward } from './differenceOf.ts'
import { keepLease } from './lease.ts'
import type { ClaimedRun } from './reconciliations.sql.ts'
import { recordDifferences } from './recordDifferences.ts'

/** The prefix of our references, for each kind of line that is about an object of ours. */
const PREFIXES: Partial<Record<BookLine['kind'], IdPrefix>> = {
  charge: 'hld',
  transfer: 'trf',
  reversal: 'rvs',
  refund: 'rfd',
}

interface NamedLine {
  line: BookLine
  subjectId: string
}

/**
 * Compares a page of lines with our objects, records the differences, and keeps the lines for those that come later. Our side is read
 * after theirs: a movement that they have was ordered by a transaction that is committed.
 */
export async function compareLines(tx: Tx, run: ClaimedRun, page: readonly BookLine[]): Promise<void> {
  const now = await keepLease(tx, run, page.length)
  const named = page.flatMap(nameLine)
  const [movements, repeatedBefore] = await Promise.all([
    readOurMovements(tx, { ids: [...new Set(named.map(({ subjectId }) => subjectId))] }),
    findRepeatedLines(tx, columnsOfLines(run, named)),
  ])
  const ours = new Map(movements.map((movement) => [movement.id, movement]))
  // A line about another movement than ours matches no posting, and is not the first of two.
  const matching = named.filter(({ line, subjectId }) => !isAnotherMovement(line, ours.get(subjectId)))
  const repeated = new Set([...repeatedBefore.map(({ lineId }) => lineId), ...repeatedInPage(matching)])
  const found = page.flatMap((line) => {
    const [subject] = nameLine(line)
    const movement: OurMovement | undefined = subject && ours.get(subject.subjectId)
    return differenceOf({ line, ours: movement, isRepeated: repeated.has(line.id), now }) ?? []
  })
  await insertLines(tx, columnsOfLines(run, matching))
  await recordDifferences(tx, { reconciliationId: run.id, found })
}

function nameLine(line: BookLine): NamedLine[] {
  const prefix = PREFIXES[line.kind]
  const subjectId = prefix && line.ourReference !== null && fromPublicId(prefix, asPublicId(line.ourReference))
  return subjectId ? [{ line, subjectId }] : []
}

/** The ids of lines whose object has an earlier line in the same direction on this page. A line that is sent again is the same line. */
function repeatedInPage(named: readonly NamedLine[]): string[] {
  const first = new Map<string, string>()
  const repeated: string[] = []
  for (const { line, subjectId } of named) {
    const key = `${subjectId} ${isInward(line)}`
    const firstId = first.get(key)
    if (firstId === undefined) first.set(key, line.id)
    else if (firstId !== line.id) repeated.push(line.id)
  }
  return repeated
}

const columnsOfLines = ({ id }: ClaimedRun, named: readonly NamedLine[]) => ({
  reconciliationId: id,
  subjectIds: named.map(({ subjectId }) => subjectId),
  inward: named.map(({ line }) => isInward(line)),
  lineIds: named.map(({ line }) => line.id),
})
