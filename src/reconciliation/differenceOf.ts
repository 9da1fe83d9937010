/** Compares one line of the provider's book with our object. Pure. */
import { newId } from '../db/ids.ts'
import type { BookLine } from '../payments/port/book.ts'
import type { OurMovement } from './books.sql.ts'
import type { FoundDifference } from './differences.sql.ts'

// Twice the longest pause between two look-ups: longer than it takes to learn of a movement whose answer was lost.
const UNDER_WAY_MS = 2 * 3_600_000

/** Statuses in which the provider has answered for good. In all others the movement is under way. */
const ENDED: ReadonlySet<string> = new Set([
  'HELD',
  'RELEASED',
  'REFUNDED',
  'SUCCEEDED',
  'REVERSED',
  'FAILED',
  'CANCELED',
  'WON',
  'LOST',
])

const NATURALLY_INWARD: Readonly<Record<OurMovement['subjectType'], boolean>> = {
  hld: true,
  trf: false,
  rvs: true,
  rfd: false,
  cbk: false,
}

/** Kinds of lines that concern the platform and the provider alone: our book has no accounts for them. */
const NOT_IN_OUR_BOOK: ReadonlySet<BookLine['kind']> = new Set(['fee', 'payout'])

interface Comparison {
  line: BookLine
  /** The object that the line names; undefined if it names none of ours. */
  ours: OurMovement | undefined
  /** True if the object has an earlier line in the same direction. */
  isRepeated: boolean
  now: Date
}

/** True for a line of the provider's fee for a chargeback. */
export const isFee = ({ kind }: Pick<BookLine, 'kind'>): boolean => kind === 'chargeback_fee'

/** True for a line into the platform's balance. */
export const isInward = ({ amount }: Pick<BookLine, 'amount'>): boolean => amount.minorUnits > 0n

/**
 * True if a line is about another movement for the same object than the one that we know of: the provider has moved the money twice,
 * even if the other line is in another span. References of different forms cannot be compared.
 */
export function isAnotherMovement({ objectReference }: BookLine, ours: OurMovement | undefined): boolean {
  if (!ours?.providerReference || !objectReference || objectReference === ours.providerReference) return false
  return formOf(objectReference) === formOf(ours.providerReference)
}

const formOf = (reference: string): string => reference.split('_')[0] ?? ''

/** The difference between a line and our object; undefined if they agree, or if the movement is still under way. */
export function differenceOf({ line, ours, isRepeated, now }: Comparison): FoundDifference | undefined {
  const isRecent = now.getTime() - line.at.getTime() < UNDER_WAY_MS
  if (!ours) return isForeign(line, isRecent) ? undefined : difference('MISSING_HERE', line)
  if (isRepeated || isAnotherMovement(line, ours)) return difference('DUPLICATE', line, ours)
  const isUnderWay = !ENDED.has(ours.status) && isRecent
  if (!isBooked(ours, line) && !isUnderWay) return difference('STATUS', line, ours)
  if (ours.isFee && ours.amountMinor === 0n) return undefined
  if (line.amount.currencyCode !== ours.currency) return difference('CURRENCY', line, ours)
  if (line.amount.minorUnits !== amountOf(ours, line)) return difference('AMOUNT', line, ours)
  return undefined
}

/** True for a line that needs no object of ours, or whose object may follow: only webhooks tell of a chargeback. */
const isForeign = ({ kind }: BookLine, isRecent: boolean): boolean =>
  NOT_IN_OUR_BOOK.has(kind) || (isRecent && (kind === 'chargeback' || kind === 'chargeback_fee'))

/**
 * True if our book has the movement of a line. That of a chargeback has a posting only once it is lost: until then its row counts as the
 * money that the provider took, and that of a won one for the money in both directions.
 */
function isBooked(ours: OurMovement, line: BookLine): boolean {
  if (ours.subjectType !== 'cbk') return (isInward(line) ? ours.postedInMinor : ours.postedOutMinor) !== null
  if (isInward(line)) return ours.status === 'WON'
  return ours.status !== 'LOST' || ours.postedOutMinor !== null
}

/** Our amount, with its sign: as the ledger has it in the direction of the line, else as it was ordered, or as a won chargeback returns it. */
function amountOf(ours: OurMovement, line: BookLine): bigint {
  const posted = isInward(line) ? ours.postedInMinor : ours.postedOutMinor
  const isNatural = posted === null && ours.subjectType !== 'cbk'
  const inward = isNatural ? NATURALLY_INWARD[ours.subjectType] : isInward(line)
  const amountMinor = posted ?? ours.amountMinor
  return inward ? amountMinor : -amountMinor
}

const difference = (kind: FoundDifference['kind'], line: BookLine, ours?: OurMovement): FoundDifference => ({
  id: newId(),
  kind,
  source: line.id,
  occurredAt: line.at,
  subjectType: ours?.subjectType ?? null,
  subjectId: ours?.id ?? null,
  taskId: ours?.taskId ?? null,
  providerReference: line.objectReference,
  oursMinor: ours ? amountOf(ours, line) : null,
  oursCurrency: ours?.currency ?? null,
  theirsMinor: line.amount.minorUnits,
  theirsCurrency: line.amount.currencyCode,
})
