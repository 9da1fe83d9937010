/**
 * `select` functions are pure. A selection is cached by its viewer while the arguments are literals, so a function that reads the
 * clock, or anything else that changes, would return an old selection, and no result would show it.
 */
import nodeCrypto, { randomUUID } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { isDeepStrictEqual } from 'node:util'
import {
  type GraphQLArgument,
  GraphQLError,
  GraphQLID,
  GraphQLObjectType,
  GraphQLSchema,
  getNamedType,
  isEnumType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/api/schema.ts'
import type { Role } from '../../src/db/generated/enums.ts'
import type { Caller } from '../../src/domain/caller.ts'
import type { SelectFunction } from '../../src/engine/reader/planning/planTypes.ts'
import { toCursor } from '../../src/graphql/pagination.ts'

interface FoundFunction {
  /** `Type` or `Type.field`. */
  place: string
  select: SelectFunction
  /** The literal arguments with which it is called, one set for each call. */
  argumentSets: Record<string, unknown>[]
}

const UUID = '01a00000-0000-7000-8000-000000000001'

const viewer = (...roles: Role[]): Caller => ({
  id: UUID,
  roles: ['USER', ...roles],
  sessionId: UUID,
  isVerified: true,
  withheldRoles: [],
  hasSecondFactor: false,
  provenAt: null,
})
const VIEWERS = {
  null: null,
  USER: viewer(),
  AGENT: viewer('AGENT'),
  FINANCE: viewer('FINANCE'),
  ADMIN: viewer('ADMIN'),
}

/** Every select function of the schema, of types and of fields. */
function selectFunctionsOf(of: GraphQLSchema): FoundFunction[] {
  return Object.values(of.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return []
    const ofType = [type.extensions.pothosPrismaSelect, type.extensions.pothosPrismaTypeSelection]
      .filter((select) => typeof select === 'function')
      .map((select) => ({ place: type.name, select: select as SelectFunction, argumentSets: [{}] }))
    const ofFields = Object.values(type.getFields()).flatMap(({ name, args, extensions }) => {
      const select = extensions.pothosPrismaSelect
      if (typeof select !== 'function') return []
      return [{ place: `${type.name}.${name}`, select: select as SelectFunction, argumentSets: argumentSetsOf(args) }]
    })
    return [...ofType, ...ofFields]
  })
}

type Arguments = readonly GraphQLArgument[]

/** No argument, each argument alone, and each with a page size: pages refuse a cursor of another list, but not all of these. */
function argumentSetsOf(args: Arguments): Record<string, unknown>[] {
  const defaults = Object.fromEntries(
    args.flatMap(({ name, defaultValue }) => (defaultValue === undefined ? [] : [[name, defaultValue]])),
  )
  const alone = args.flatMap((arg) => valuesOf(arg).map((value) => ({ [arg.name]: value })))
  const sizes = ['first', 'last'].filter((size) => args.some(({ name }) => name === size))
  const sets = [{}, ...alone, ...sizes.flatMap((size) => alone.map((one) => ({ [size]: 2, ...one })))]
  return sets.map((set) => ({ ...defaults, ...set }))
}

function valuesOf({ type }: Arguments[number]): unknown[] {
  const named = getNamedType(type)
  const values = isEnumType(named)
    ? named.getValues().map(({ value }) => value)
    : { Int: [2], Float: [2], Boolean: [true, false], String: [UUID, '1', '1:2', '1:2:3'].map(toCursor), ID: [UUID] }[
        named.name
      ]
  if (!values) throw new Error(`No values of ${named.name} are here to call a select function with.`)
  return isListType(type) ? values.map((value) => [value]) : values
}

/** Calls `work` while every clock and every source of randomness throws; adds to `touched` those that it reads. */
function trapped<Result>(touched: string[], work: () => Result): Result {
  const restores: (() => void)[] = []
  const replace = (owner: object, name: string, value: unknown) => {
    const before = Object.getOwnPropertyDescriptor(owner, name)
    Object.defineProperty(owner, name, { value, configurable: true, writable: true })
    restores.push(() => (before ? Object.defineProperty(owner, name, before) : Reflect.deleteProperty(owner, name)))
  }
  const trap = (name: string) => () => {
    touched.push(name)
    throw new Error(`${name} in a select function`)
  }
  const RealDate = Date
  const TrappedDate = new Proxy(RealDate, {
    apply: trap('Date()'),
    construct: (target, args, newTarget) =>
      args.length > 0 ? Reflect.construct(target, args, newTarget) : trap('new Date()')(),
    get: (target, name) => (name === 'now' ? trap('Date.now') : Reflect.get(target, name)),
  })
  replace(globalThis, 'Date', TrappedDate)
  replace(performance, 'now', trap('performance.now'))
  replace(Math, 'random', trap('Math.random'))
  replace(process, 'hrtime', Object.assign(trap('process.hrtime'), { bigint: trap('process.hrtime.bigint') }))
  for (const name of ['randomUUID', 'getRandomValues']) replace(globalThis.crypto, name, trap(`crypto.${name}`))
  for (const name of ['randomUUID', 'randomBytes', 'randomInt']) replace(nodeCrypto, name, trap(`node:crypto ${name}`))
  syncBuiltinESMExports()
  try {
    return work()
  } finally {
    for (const restore of restores.reverse()) restore()
    syncBuiltinESMExports()
  }
}

/** The selection, with the queries of relations called as the planner calls them; or the refusal of the arguments. */
function callOnce({ select }: FoundFunction, args: Record<string, unknown>, context: object): unknown {
  const nested = (query?: unknown, path?: unknown, typeName?: string) => ({
    query: typeof query === 'function' ? query(args, context) : query,
    path: typeof path === 'object' && path && 'getType' in path ? undefined : path,
    typeName,
  })
  try {
    return select(structuredClone(args), context, nested, () => new Set())
  } catch (error) {
    if (error instanceof GraphQLError) return { refusal: error.message }
    throw error
  }
}

/** What is wrong with a function, for a viewer. Empty if it is pure. */
function impuritiesOf(found: FoundFunction, caller: Caller | null): string[] {
  const touched: string[] = []
  const context = new Proxy(
    { caller },
    {
      get: (target, name) => {
        if (name !== 'caller') touched.push(`context.${String(name)}`)
        return Reflect.get(target, name)
      },
    },
  )
  const wrong = new Set<string>()
  let successes = 0
  for (const args of found.argumentSets) {
    try {
      const [one, other] = trapped(touched, () => [callOnce(found, args, context), callOnce(found, args, context)])
      if (!isDeepStrictEqual(one, other)) wrong.add('two results')
      if (!(typeof one === 'object' && one !== null && 'refusal' in one)) successes++
    } catch (error) {
      wrong.add(String(error))
    }
  }
  if (touched.length > 0) for (const name of touched) wrong.add(name)
  else if (successes === 0) wrong.add('no success')
  return [...wrong]
}

function offencesOf(functions: readonly FoundFunction[]): Record<string, string[]> {
  const offences: Record<string, string[]> = {}
  for (const found of functions) {
    for (const [name, caller] of Object.entries(VIEWERS)) {
      const wrong = impuritiesOf(found, caller)
      if (wrong.length > 0) offences[`${found.place} for ${name}`] = wrong
    }
  }
  return offences
}

test('every select function of the schema is pure, and reads nothing of the context but the caller', () => {
  const functions = selectFunctionsOf(schema)
  // 59 when this was written: a walk that finds none would be no test.
  expect(functions.length).toBeGreaterThan(50)
  expect(functions.map(({ place }) => place)).toContain('Task.viewerApplication')
  expect(offencesOf(functions)).toEqual({})
})

test('the selection of some depends on the viewer, and on the arguments', () => {
  const found = (place: string) => selectFunctionsOf(schema).find((one) => one.place === place) as FoundFunction
  const select = (place: string, args: object, caller: Caller | null) => callOnce(found(place), { ...args }, { caller })
  expect(select('Task.viewerApplication', {}, VIEWERS.USER)).not.toEqual(select('Task.viewerApplication', {}, null))
  expect(select('Task.chats', { first: 2 }, null)).not.toEqual(select('Task.chats', { first: 3 }, null))
})

test('an impure function is found, wherever it is impure', () => {
  let calls = 0
  const planted: Record<string, SelectFunction> = {
    pure: () => ({ select: { dueAt: new Date(0) } }),
    newDate: () => ({ select: { tasks: { where: { dueAt: { gt: new Date() } } } } }),
    dateNow: () => ({ select: { take: Date.now() } }),
    performanceNow: () => ({ select: { take: performance.now() } }),
    random: () => ({ select: { take: Math.random() } }),
    globalUuid: () => ({ select: { id: crypto.randomUUID() } }),
    importedUuid: () => ({ select: { id: randomUUID() } }),
    counter: () => ({ select: { take: ++calls } }),
    inQuery: (_args, _context, nested) => ({ select: { tasks: nested(() => ({ take: Date.now() })) } }),
    contextOfRequest: (_args, context) => ({ select: { id: (context as { address?: string }).address } }),
    swallowed: () => {
      try {
        return { select: { take: Date.now() } }
      } catch {
        return { select: { take: 1 } }
      }
    },
    onlyForStaff: (_args, context) => ({
      select: { take: (context as { caller: Caller | null }).caller?.roles.includes('ADMIN') ? Math.random() : 1 },
    }),
  }
  const fields = Object.fromEntries(
    Object.entries(planted).map(([name, select]) => [
      name,
      { type: GraphQLID, extensions: { pothosPrismaSelect: select } },
    ]),
  )
  const extensions = { pothosPrismaTypeSelection: () => ({ select: { take: Date.now() } }) }
  const query = new GraphQLObjectType({ name: 'Query', fields, extensions })
  const offences = offencesOf(selectFunctionsOf(new GraphQLSchema({ query })))
  expect(
    Object.entries(offences)
      .filter(([place]) => place.endsWith(' for ADMIN'))
      .map(([place, wrong]) => [place.split(' ')[0], wrong.at(-1)]),
  ).toEqual([
    ['Query', 'Date.now'],
    ['Query.newDate', 'new Date()'],
    ['Query.dateNow', 'Date.now'],
    ['Query.performanceNow', 'performance.now'],
    ['Query.random', 'Math.random'],
    ['Query.globalUuid', 'crypto.randomUUID'],
    ['Query.importedUuid', 'node:crypto randomUUID'],
    ['Query.counter', 'two results'],
    ['Query.inQuery', 'Date.now'],
    ['Query.contextOfRequest', 'context.address'],
    ['Query.swallowed', 'Date.now'],
    ['Query.onlyForStaff', 'Math.random'],
  ])
  expect(Object.keys(offences)).not.toContain('Query.onlyForStaff for USER')
})

test('the clock and randomness work again afterwards', () => {
  expect(() => trapped([], () => new Date())).toThrow('new Date()')
  expect([Date.now(), performance.now(), Math.random()].every(Number.isFinite)).toBe(true)
  expect(new Date()).toBeInstanceOf(Date)
  expect(randomUUID()).not.toBe(crypto.randomUUID())
})
