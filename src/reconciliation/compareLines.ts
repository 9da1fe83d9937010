import { asPublicId, fromPublicId, type IdPrefix } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { BookLine } from '../payments/port/book.ts'
import { findRepeatedLines, insertLines, type OurMovement, readChargebackIds, readOurMovements } from './books.sql.ts'
import { differenceOf, isAnotherMovement, isFee, isInward } from './differenceOf.ts'
import { keepLease } from './lease.ts'
import type { ClaimedRun } from './reconciliations.sql.ts'
import { recordDifferences } from './recordDifferences.ts'

/** The prefix of our references, for each kind of line that names an object of ours. Chargebacks go by the provider's reference. */
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
  const names = await nameLines(tx, page)
  const named = [...names.values()]
  const [movements, repeatedBefore] = await Promise.all([
    readOurMovements(tx, { ids: [...new Set(named.map(({ subjectId }) => subjectId))] }),
    findRepeatedLines(tx, columnsOfLines(run, named)),
  ])
  const ours = new Map(movements.map((movement) => [keyOf(movement.id, movement.isFee), movement]))
  const oursOf = ({ line, subjectId }: NamedLine): OurMovement | undefined => ours.get(keyOf(subjectId, isFee(line)))
  // A line about another movement than ours matches no posting, and is not the first of two.
  const matching = named.filter((name) => !isAnotherMovement(name.line, oursOf(name)))
  const repeated = new Set([...repeatedBefore.map(({ lineId }) => lineId), ...repeatedInPage(matching)])
  const found = page.flatMap((line) => {
    const name = names.get(line)
    return differenceOf({ line, ours: name && oursOf(name), isRepeated: repeated.has(line.id), now }) ?? []
  })
  await insertLines(tx, columnsOfLines(run, matching))
  await recordDifferences(tx, { reconciliationId: run.id, found })
}

/** The lines of a page that name an object of ours. */
async function nameLines(tx: Tx, page: readonly BookLine[]): Promise<Map<BookLine, NamedLine>> {
  const chargebackIds = await findChargebackIds(tx, page)
  const named = new Map<BookLine, NamedLine>()
  for (const line of page) {
    const subjectId = isOfChargeback(line) ? chargebackIds.get(line.objectReference ?? '') : referredTo(line)
    if (subjectId) named.set(line, { line, subjectId })
  }
  return named
}

const isOfChargeback = ({ kind }: BookLine): boolean => kind === 'chargeback' || kind === 'chargeback_fee'

async function findChargebackIds(tx: Tx, page: readonly BookLine[]): Promise<Map<string, string>> {
  const providerReferences = page.flatMap((line) => (isOfChargeback(line) ? (line.objectReference ?? []) : []))
  if (providerReferences.length === 0) return new Map()
  const found = await readChargebackIds(tx, { providerReferences: [...new Set(providerReferences)] })
  return new Map(found.map(({ id, providerReference }) => [providerReference, id]))
}

function referredTo({ kind, ourReference }: BookLine): string | undefined {
  const prefix = PREFIXES[kind]
  return prefix && ourReference !== null ? fromPublicId(prefix, asPublicId(ourReference)) : undefined
}

/** The key of a movement: a chargeback and its fee are two. */
const keyOf = (subjectId: string, ofFee: boolean): string => `${subjectId} ${ofFee}`

/** The ids of lines whose object has an earlier line in the same direction on this page. A line that is sent again is the same line. */
function repeatedInPage(named: readonly NamedLine[]): string[] {
  const first = new Map<string, string>()
  const repeated: string[] = []
  for (const { line, subjectId } of named) {
    const key = `${keyOf(subjectId, isFee(line))} ${isInward(line)}`
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
  areFees: named.map(({ line }) => isFee(line)),
  lineIds: named.map(({ line }) => line.id),
})
