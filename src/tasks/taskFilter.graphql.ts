/** The filter, sort and cursor of task lists. A filter that no task can match returns an empty list; an invalid one is refused. */
import { fromPublicId, type PublicId } from '../db/ids.ts'
import { exponentOf } from '../domain/money.ts'
import { searchedWords } from '../domain/searchText.ts'
import { builder } from '../graphql/builder.ts'
import { BIGINT_MAX, badInput, type Cursor, fromCursor, toCursor, UUID } from '../graphql/pagination.ts'
import type { Circle, TaskSearch, TaskSort, TaskSortKey } from './taskSearch.ts'
import { AcceptanceModeEnum, TaskStatusEnum } from './tasks.graphql.ts'

// Each word is one index lookup, and a search box needs no more.
const TEXT_LENGTH_MAX = 200
const WORDS_MAX = 10
// Half the way around the earth.
const RADIUS_KM_MAX = 20_000

const NearInput = builder.inputType('NearInput', {
  description: 'A circle on the ground. Tasks without coordinates never match.',
  fields: (t) => ({
    latitude: t.field({
      type: 'Decimal',
      required: true,
      description: 'The latitude of the centre in degrees, -90 to 90.',
    }),
    longitude: t.field({
      type: 'Decimal',
      required: true,
      description: 'The longitude of the centre in degrees, -180 to 180.',
    }),
    radiusKm: t.int({ required: true, description: `The radius in kilometres, 1 to ${RADIUS_KM_MAX}.` }),
  }),
})

const MoneyRangeInput = builder.inputType('MoneyRangeInput', {
  description: 'A range of amounts in one currency, both limits included.',
  fields: (t) => ({
    min: t.field({ type: 'Decimal', description: 'The minimum. Absent: no minimum.' }),
    max: t.field({ type: 'Decimal', description: 'The maximum. Absent: no maximum.' }),
    currencyCode: t.field({ type: 'CurrencyCode', required: true, description: 'The currency, e.g. `EUR`.' }),
  }),
})

export const TaskFilterInput = builder.inputType('TaskFilter', {
  description: 'A filter of tasks. Absent or null fields match every task; a task must match all others.',
  fields: (t) => ({
    status: t.field({ type: [TaskStatusEnum], description: 'One of these statuses. Absent: OPEN.' }),
    categoryId: t.id({ description: 'This category, `cat_...`.' }),
    text: t.string({
      description: `Words or parts of words; the title and description together contain each of them. Ignores case, accents, width and invisible characters. At most ${WORDS_MAX} words and ${TEXT_LENGTH_MAX} characters; a text without visible characters matches every task.`,
    }),
    near: t.field({ type: NearInput, description: 'In this circle.' }),
    budget: t.field({ type: MoneyRangeInput, description: 'A budget in this range.' }),
    deadlineBefore: t.field({ type: 'DateTime', description: 'A deadline before this time.' }),
    posterId: t.id({ description: 'Posted by this person, `usr_...`.' }),
    remote: t.boolean({ description: 'True: only tasks that can be done from anywhere. False: only others.' }),
    acceptanceMode: t.field({ type: [AcceptanceModeEnum], description: 'One of these modes.' }),
  }),
})

export const TaskSortEnum = builder.enumType('TaskSort', {
  description: 'The order of a list of tasks. Among equal tasks the newest is first.',
  values: {
    NEWEST: { description: 'Newest first.' },
    DEADLINE: { description: 'Earliest deadline first; tasks without a deadline last.' },
    BUDGET_HIGH: { description: 'Grouped by currency, highest budget first.' },
    BUDGET_LOW: { description: 'Grouped by currency, lowest budget first.' },
    NEAREST: { description: 'Nearest to the centre of `near` first. Requires `near` in the filter.' },
  } satisfies Record<TaskSort, object>,
})

type TaskFilter = typeof TaskFilterInput.$inferInput

/** Returns the search of a filter, or undefined if no task can match it. Refuses an invalid filter with BAD_USER_INPUT. */
export function readSearch(filter: TaskFilter): TaskSearch | undefined {
  const category = idIn('cat', filter.categoryId)
  const poster = idIn('usr', filter.posterId)
  const search = {
    statuses: filter.status ?? ['OPEN'],
    words: wordsOf(filter.text ?? ''),
    categoryId: category.uuid,
    posterId: poster.uuid,
    ...readBudget(filter.budget),
    deadlineBefore: filter.deadlineBefore ?? undefined,
    remote: filter.remote ?? undefined,
    acceptanceModes: filter.acceptanceMode ?? undefined,
  }
  return category.isMalformed || poster.isMalformed ? undefined : search
}

/** Returns the circle of a filter, if it has one. Refuses an invalid one with BAD_USER_INPUT. */
export function readCircle({ near }: TaskFilter, sort: TaskSort): Circle | undefined {
  if (!near) {
    if (sort === 'NEAREST') throw badInput('The sort NEAREST requires filter.near. Add a centre and a radius.')
    return undefined
  }
  const { latitude, longitude, radiusKm } = near
  if (Math.abs(Number(latitude)) > 90) throw badInput('latitude must be between -90 and 90 degrees.')
  if (Math.abs(Number(longitude)) > 180) throw badInput('longitude must be between -180 and 180 degrees.')
  if (radiusKm < 1 || radiusKm > RADIUS_KM_MAX) throw badInput(`radiusKm must be between 1 and ${RADIUS_KM_MAX}.`)
  return near
}

function idIn(
  prefix: 'cat' | 'usr',
  id: PublicId | null | undefined,
): { uuid: string | undefined; isMalformed: boolean } {
  const uuid = id == null ? undefined : fromPublicId(prefix, id)
  return { uuid, isMalformed: id != null && uuid === undefined }
}

function wordsOf(text: string): string[] {
  if (text.length > TEXT_LENGTH_MAX) throw badInput(`text must have at most ${TEXT_LENGTH_MAX} characters.`)
  const words = searchedWords(text)
  if (words.length > WORDS_MAX) throw badInput(`text must have at most ${WORDS_MAX} words.`)
  return words
}

function readBudget(range: TaskFilter['budget']): Pick<TaskSearch, 'currencyCode' | 'budgetMin' | 'budgetMax'> {
  if (!range) return { currencyCode: undefined, budgetMin: undefined, budgetMax: undefined }
  const { min, max, currencyCode } = range
  const exponent = exponentOf(currencyCode)
  if (exponent === undefined) throw badInput(`The currency ${currencyCode} is not supported.`)
  return {
    currencyCode,
    budgetMin: min == null ? undefined : comparable(wholeMinorUnits(min, exponent).up),
    budgetMax: max == null ? undefined : comparable(wholeMinorUnits(max, exponent).down),
  }
}

/** Rounds an amount, which may have more fraction digits than the currency, down and up to minor units. No budget is between. */
function wholeMinorUnits(amount: string, exponent: number): { down: bigint; up: bigint } {
  const [whole = '', fraction = ''] = amount.split('.')
  const towardZero = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'))
  const isExact = !/[1-9]/.test(fraction.slice(exponent))
  return amount.startsWith('-')
    ? { down: isExact ? towardZero : towardZero - 1n, up: towardZero }
    : { down: towardZero, up: isExact ? towardZero : towardZero + 1n }
}

/** Limits an amount to the range of a bigint column, because 15 digits before the point and 4 after it exceed the range. */
const comparable = (minorUnits: bigint): bigint =>
  minorUnits > BIGINT_MAX ? BIGINT_MAX : minorUnits < -BIGINT_MAX ? -BIGINT_MAX : minorUnits

// As PostgreSQL and JavaScript write numbers. A budget and a time in milliseconds stay below 2^53.
const WHOLE = /^-?\d{1,15}$/
const RANKS: Record<TaskSort, RegExp> = {
  NEWEST: /^0$/,
  DEADLINE: /^(\d{1,15}|Infinity)$/,
  BUDGET_HIGH: WHOLE,
  BUDGET_LOW: WHOLE,
  NEAREST: /^\d(\.\d{1,24})?(e-\d{1,3})?$/,
}
const GROUP = /^([A-Z]{3})?$/

/** The cursor of a list in this sort. A cursor of another sort is not valid. */
export const taskCursor = (sort: TaskSort): Cursor<TaskSortKey> => ({
  write: ({ group, rank, id }) => toCursor(`${sort}:${group}:${rank}:${id}`),
  read: (text) => {
    const [writtenSort, group = '', rank = '', id = '', ...more] = fromCursor(text).split(':')
    const isValid =
      writtenSort === sort && GROUP.test(group) && RANKS[sort].test(rank) && UUID.test(id) && more.length === 0
    return isValid ? { group, rank: Number(rank), id } : undefined
  },
})
