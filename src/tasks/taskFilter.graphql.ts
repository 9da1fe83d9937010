/** What a list of tasks can be asked for. A filter that nothing can fit gives an empty list; one that makes no sense is refused. */
import { fromPublicId, type PublicId } from '../db/ids.ts'
import { exponentOf } from '../domain/money.ts'
import { searchedWords } from '../domain/searchText.ts'
import { builder } from '../graphql/builder.ts'
import { BIGINT_MAX, badInput, type Cursor, fromCursor, toCursor, UUID } from '../graphql/pagination.ts'
import type { Circle, TaskPlace, TaskSearch, TaskSort } from './taskSearch.ts'
import { AcceptanceModeEnum, TaskStatusEnum } from './tasks.graphql.ts'

// Each word is a look into the index; nobody types more into a search box.
const TEXT_LENGTH_MAX = 200
const WORDS_MAX = 10
// Half the way around the earth.
const RADIUS_KM_MAX = 20_000

const NearInput = builder.inputType('NearInput', {
  description: 'A circle on the ground. Tasks without coordinates are in none.',
  fields: (t) => ({
    latitude: t.field({ type: 'Decimal', required: true, description: 'Of its centre: -90 to 90 degrees.' }),
    longitude: t.field({ type: 'Decimal', required: true, description: 'Of its centre: -180 to 180 degrees.' }),
    radiusKm: t.int({ required: true, description: `1 to ${RADIUS_KM_MAX} kilometres.` }),
  }),
})

const MoneyRangeInput = builder.inputType('MoneyRangeInput', {
  description: 'Amounts in one currency, both ends included.',
  fields: (t) => ({
    min: t.field({ type: 'Decimal', description: 'The least.' }),
    max: t.field({ type: 'Decimal', description: 'The greatest.' }),
    currencyCode: t.field({ type: 'CurrencyCode', required: true, description: 'The currency.' }),
  }),
})

export const TaskFilterInput = builder.inputType('TaskFilter', {
  description: 'Which tasks. What is absent or null does not matter; all that is given must fit.',
  fields: (t) => ({
    status: t.field({ type: [TaskStatusEnum], description: 'In one of these; OPEN when absent.' }),
    categoryId: t.id({ description: 'Of this category.' }),
    text: t.string({
      description: `Title or description contain each of these words, or parts of words, whatever their case, accents, width and invisible characters: at most ${WORDS_MAX} words and ${TEXT_LENGTH_MAX} characters. A text without anything visible asks for nothing.`,
    }),
    near: t.field({ type: NearInput, description: 'To be done in this circle.' }),
    budget: t.field({ type: MoneyRangeInput, description: 'With a budget in this range.' }),
    deadlineBefore: t.field({ type: 'DateTime', description: 'With a deadline before this.' }),
    posterId: t.id({ description: 'Posted by this person.' }),
    remote: t.boolean({ description: 'To be done from anywhere, or not.' }),
    acceptanceMode: t.field({ type: [AcceptanceModeEnum], description: 'In one of these modes.' }),
  }),
})

export const TaskSortEnum = builder.enumType('TaskSort', {
  description: 'The order of a list of tasks. Among equals the newest comes first.',
  values: {
    NEWEST: { description: 'The newest first.' },
    DEADLINE: { description: 'The one with the least time left first; those without a deadline last.' },
    BUDGET_HIGH: { description: 'The greatest budget first, one currency after the other.' },
    BUDGET_LOW: { description: 'The least budget first, one currency after the other.' },
    NEAREST: { description: 'The nearest to the centre of `near` first, which must be given.' },
  } satisfies Record<TaskSort, object>,
})

type TaskFilter = typeof TaskFilterInput.$inferInput

/** The search that a filter means, or undefined when no task can fit it. Refuses with BAD_USER_INPUT what makes no sense. */
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
  return category.isNobody || poster.isNobody ? undefined : search
}

/** The circle that tasks must lie in, if any. */
export function readCircle({ near }: TaskFilter, sort: TaskSort): Circle | undefined {
  if (!near) {
    if (sort === 'NEAREST') throw badInput('NEAREST needs a filter with near: nearest to what?')
    return undefined
  }
  const { latitude, longitude, radiusKm } = near
  if (Math.abs(Number(latitude)) > 90) throw badInput('A latitude is -90 to 90 degrees.')
  if (Math.abs(Number(longitude)) > 180) throw badInput('A longitude is -180 to 180 degrees.')
  if (radiusKm < 1 || radiusKm > RADIUS_KM_MAX) throw badInput(`A radius is 1 to ${RADIUS_KM_MAX} km.`)
  return near
}

function idIn(prefix: 'cat' | 'usr', id: PublicId | null | undefined): { uuid: string | undefined; isNobody: boolean } {
  const uuid = id == null ? undefined : fromPublicId(prefix, id)
  return { uuid, isNobody: id != null && uuid === undefined }
}

function wordsOf(text: string): string[] {
  if (text.length > TEXT_LENGTH_MAX) throw badInput(`A text to search for has at most ${TEXT_LENGTH_MAX} characters.`)
  const words = searchedWords(text)
  if (words.length > WORDS_MAX) throw badInput(`A text to search for has at most ${WORDS_MAX} words.`)
  return words
}

function readBudget(range: TaskFilter['budget']): Pick<TaskSearch, 'currencyCode' | 'budgetMin' | 'budgetMax'> {
  if (!range) return { currencyCode: undefined, budgetMin: undefined, budgetMax: undefined }
  const { min, max, currencyCode } = range
  const exponent = exponentOf(currencyCode)
  if (exponent === undefined) throw badInput(`This server does not know ${currencyCode}.`)
  return {
    currencyCode,
    budgetMin: min == null ? undefined : comparable(wholeMinorUnits(min, exponent).up),
    budgetMax: max == null ? undefined : comparable(wholeMinorUnits(max, exponent).down),
  }
}

/** The whole minor units at and next to an amount, which may have more digits than a currency: no budget lies between. */
function wholeMinorUnits(amount: string, exponent: number): { down: bigint; up: bigint } {
  const [whole = '', fraction = ''] = amount.split('.')
  const towardZero = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'))
  const isExact = !/[1-9]/.test(fraction.slice(exponent))
  return amount.startsWith('-')
    ? { down: isExact ? towardZero : towardZero - 1n, up: towardZero }
    : { down: towardZero, up: isExact ? towardZero : towardZero + 1n }
}

/** The amount, or the last one that a column could hold: with four digits after the point, fifteen before it are beyond that. */
const comparable = (minorUnits: bigint): bigint =>
  minorUnits > BIGINT_MAX ? BIGINT_MAX : minorUnits < -BIGINT_MAX ? -BIGINT_MAX : minorUnits

// As PostgreSQL and JavaScript write them; a budget and a moment in milliseconds stay below 2^53.
const WHOLE = /^-?\d{1,15}$/
const RANKS: Record<TaskSort, RegExp> = {
  NEWEST: /^0$/,
  DEADLINE: /^(\d{1,15}|Infinity)$/,
  BUDGET_HIGH: WHOLE,
  BUDGET_LOW: WHOLE,
  NEAREST: /^\d(\.\d{1,24})?(e-\d{1,3})?$/,
}
const GROUP = /^([A-Z]{3})?$/

/** The cursor of a list in this order; one of another order is not one of this. */
export const taskCursor = (sort: TaskSort): Cursor<TaskPlace> => ({
  write: ({ group, rank, id }) => toCursor(`${sort}:${group}:${rank}:${id}`),
  read: (text) => {
    const [writtenFor, group = '', rank = '', id = '', ...more] = fromCursor(text).split(':')
    const isOurs =
      writtenFor === sort && GROUP.test(group) && RANKS[sort].test(rank) && UUID.test(id) && more.length === 0
    return isOurs ? { group, rank: Number(rank), id } : undefined
  },
})
