/** All positions of the schema in which a client can send a value, and bad values for them. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type OperationTypeNode,
} from 'graphql'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** An operation with one open position. */
export interface Place {
  /** Such as `Mutation.updateTask(input.categoryId)`. */
  name: string
  /** The field that has the argument. */
  field: string
  kind: OperationTypeNode
  /** The document, with the whole argument as the variable `$value`. */
  query: string
  /** The document, with the argument as a literal. */
  withLiteral(value: Json): string
  /** The other variables. */
  variables: Record<string, Json>
  /** The whole argument, with this value in the open position. */
  argument(value: Json): Json
  /** The name of the scalar, enum or input type of the position. */
  type: string
}

const LONG = 'a'.repeat(5_000)
const ANYWHERE: Json[] = [
  ...['', ' ', 'x', '\0', 'a\0b', '\ud800', '\u202e\u200b', '\u001b[31m', '😀', LONG, '1e400', '__proto__'],
  ...[0, 0.5, 1e308, true, null, [[]], { a: 1 }],
]
const OF_TYPE: Readonly<Record<string, Json[]>> = {
  ID: [
    'tsk_',
    'tsk_zzzzzzzzzzzzzzzzzzzzzzzzzz',
    'tsk_00000000000000000000000000',
    'tsk_7zzzzzzzzzzzzzzzzzzzzzzzzz',
    'usr_7zzzzzzzzzzzzzzzzzzzzzzzzz',
    'tch_7zzzzzzzzzzzzzzzzzzzzzzzzz',
    'TSK_00000000000000000000000000',
    'VGFzazox',
    '00000000-0000-0000-0000-000000000000',
  ],
  URL: [
    'http://',
    'http:// ',
    'http://[',
    'http://x:99999',
    '//x',
    'javascript:alert(1)',
    'data:,x',
    'file:///etc/passwd',
    `https://x/${LONG}`,
    'https://x/\0',
    'https://é.example',
  ],
  EmailAddress: [
    'a',
    '@',
    'a@',
    '@b.example',
    'a@b',
    'a b@c.example',
    `${LONG}@b.example`,
    'a@b.example\0',
    'ä@b.example',
    'a@b.example\nbcc:c@d',
  ],
  DateTime: [
    'now',
    '2026-02-30T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '9999-12-31T23:59:59-12:00',
    '+275760-09-13T00:00:00.000Z',
    '2026-01-01',
    '2026-01-01T25:00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:60Z',
    'infinity',
    8.64e15,
  ],
  Duration: ['P', 'PT', 'P-1D', 'P1Y', 'P999999999Y', 'PT1E9S', 'PT0.000000001S', '-P1D'],
  Decimal: [
    '1.',
    '.1',
    '-0',
    '0',
    '+1',
    '1,5',
    '1e9',
    'NaN',
    'Infinity',
    '999999999999999.999999',
    '9999999999999999',
    '0.0000001',
    '٣',
  ],
  BigInt: ['1.5', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '0x10', '+1'],
  CurrencyCode: ['eur', 'EURO', 'XXX', 'ÄÖÜ', 'EUR '],
  EventCursor: ['ec_', 'ec_-1', 'ec_999999999999999999', 'ec_9999999999999999999', 'ec_1.5', '1'],
  IdempotencyKey: ['a'.repeat(256), '\u0085', '\u{10ffff}'],
  Sha256: ['A'.repeat(64), 'g'.repeat(64), 'a'.repeat(63)],
  Int: [-(2 ** 31), 2 ** 31 - 1, 101, 1.5, '1'],
  Float: ['NaN', 'Infinity', -1e308, 91, 181, '1'],
  Boolean: ['true', 'false', 1],
  String: ['bnVsbA==', 'eyJ9', 'R1BDOko6', `${'a '.repeat(60_000)}`],
}

// For a type that is not a text, all texts are equally bad.
const FOR_OTHER_TYPES: Json[] = ['', 'x', '\0', '\ud800', 0, -1, 0.5, 1e308, true, null, [], {}, { a: 1 }]
const NOT_A_TEXT = new Set(['Int', 'Float', 'Boolean'])

/** Bad values for a position of this type. */
export function badValuesOf(type: string): Json[] {
  const ofType = OF_TYPE[type]
  return [...(ofType && !NOT_A_TEXT.has(type) ? ANYWHERE : FOR_OTHER_TYPES), ...(ofType ?? [])]
}

/** Valid values for required positions, by the name of the argument or input field, its type, and the operation. */
export type GoodValues = (name: string, type: string, operation: string) => Json
type GoodHere = (name: string, type: string) => Json

/** Every argument of every operation and every field of their inputs, and every argument of a field of a node or of the viewer. */
export function placesOf(schema: GraphQLSchema, good: GoodValues): Place[] {
  const places: Place[] = []
  for (const kind of ['query', 'mutation', 'subscription'] as OperationTypeNode[]) {
    for (const field of Object.values(schema.getRootType(kind)?.getFields() ?? {}))
      places.push(...placesIn(field, { kind, of: kind, before: '', after: '', good }))
  }
  const node = schema.getType('Node')
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    const isNode = type.getInterfaces().some((type) => type === node)
    if (!isNode && type.name !== 'Viewer') continue
    const id = good('id', type.name, 'node')
    const before = isNode ? `node(id: ${JSON.stringify(id)}) { ... on ${type.name} { ` : 'viewer { '
    const way = { kind: 'query' as OperationTypeNode, of: type.name, before, after: isNode ? ' } }' : ' }', good }
    for (const field of Object.values(type.getFields())) places.push(...placesIn(field, way))
  }
  return places
}

interface Way {
  kind: OperationTypeNode
  of: string
  before: string
  after: string
  good: GoodValues
}

function placesIn(field: GraphQLField<unknown, unknown>, way: Way): Place[] {
  const good: GoodHere = (name, type) => way.good(name, type, field.name)
  return field.args.flatMap((open) => {
    const others = field.args.filter(
      (argument) => argument !== open && isNonNullType(argument.type) && argument.defaultValue === undefined,
    )
    const fixed = others.map(({ name }) => `${name}: $${name}`)
    const declared = others.map(({ name, type }) => `$${name}: ${type}`)
    const variables = Object.fromEntries(others.map((argument) => [argument.name, goodValue(argument, good)]))
    const selection = isObjectTypeLike(field) ? ' { __typename }' : ''
    const written = (value: string, variable: string) => {
      const head = [variable, ...declared].filter(Boolean).join(', ')
      const call = `${field.name}(${[`${open.name}: ${value}`, ...fixed].join(', ')})${selection}`
      return `${way.kind} ${head && `(${head})`} { ${way.before}${call}${way.after} }`
    }
    return openPositionsIn(open.type, goodValue(open, good), good).map(({ path, type, fill }) => ({
      name: `${way.of}.${field.name}(${[open.name, ...path].join('.')})`,
      field: field.name,
      kind: way.kind,
      query: written('$value', `$value: ${open.type}`),
      withLiteral: (value) => written(literalOf(fill(value)), ''),
      variables,
      argument: fill,
      type,
    }))
  })
}

const isObjectTypeLike = ({ type }: GraphQLField<unknown, unknown>): boolean => {
  const named = getNamedType(type)
  return !isScalarType(named) && !isEnumType(named)
}

interface OpenPosition {
  path: string[]
  type: string
  fill: (value: Json) => Json
}

/** The value itself, the items of a list, and the fields of an input. */
function openPositionsIn(declared: GraphQLInputType, whole: Json, good: GoodHere): OpenPosition[] {
  const type = getNullableType(declared)
  const itself: OpenPosition = { path: [], type: getNamedType(type).name, fill: (value) => value }
  if (isListType(type)) {
    const [first = goodOf('', type.ofType, good)] = Array.isArray(whole) ? whole : []
    const inside = openPositionsIn(type.ofType, first, good)
    return [
      itself,
      ...inside.map(({ path, type, fill }) => ({ path: ['0', ...path], type, fill: (value: Json) => [fill(value)] })),
    ]
  }
  if (!isInputObjectType(type)) return [itself]
  const members = typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? whole : {}
  const inside = Object.values(type.getFields()).flatMap((field) => {
    const start = members[field.name] ?? goodValue(field, good)
    return openPositionsIn(field.type, start, good).map(({ path, type: named, fill }) => ({
      path: [field.name, ...path],
      type: named,
      // A @oneOf input has only this field.
      fill: (value: Json) => ({ ...(type.isOneOf ? {} : members), [field.name]: fill(value) }),
    }))
  })
  return [itself, ...inside]
}

const goodValue = ({ name, type }: GraphQLArgument | GraphQLInputField, good: GoodHere): Json =>
  goodOf(name, type, good)

function goodOf(name: string, declared: GraphQLInputType, good: GoodHere): Json {
  const type = getNullableType(declared)
  if (isListType(type)) return [goodOf(name, type.ofType, good)]
  if (isEnumType(type)) return type.getValues()[0]?.name ?? ''
  if (!isInputObjectType(type)) return good(name, type.name)
  const fields = Object.values(type.getFields())
  if (type.isOneOf) {
    const [first] = fields
    return first ? { [first.name]: goodValue(first, good) } : {}
  }
  const needed = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined)
  return Object.fromEntries(needed.map((field) => [field.name, goodValue(field, good)]))
}

/** A value as a literal. Enum values are quoted, which is one more fault. */
function literalOf(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${literalOf(member)}`)
    return `{${members.join(', ')}}`
  }
  return JSON.stringify(value)
}
