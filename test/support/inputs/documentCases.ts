/** Random queries, generated from the schema: any field, argument, fragment and directive that is declared when the test runs. */
import {
  type GraphQLArgument,
  GraphQLBoolean,
  type GraphQLField,
  type GraphQLFieldMap,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'

export interface WrittenDocument {
  query: string
  variables: Record<string, unknown>
  /** The same document sent again with other variables. */
  again: Record<string, unknown>
}

/** The value of a variable that is not sent. */
const ABSENT = Symbol('absent')

interface Variable {
  type: string
  /** Its default, as a literal of the document. */
  fallback?: string | undefined
  /** One of these is sent. */
  values: readonly unknown[]
}

/** Values for arguments. */
export interface Words {
  /** Ids that clients know, by type. */
  ids: ReadonlyMap<string, readonly string[]>
  /** Cursors of each list, by `Type.field`. */
  cursors: ReadonlyMap<string, readonly string[]>
}

/** Returns a random whole number from 0 to `max`. */
export type Chance = (max: number) => number

// Below the server's own limits (a depth of 16, a cost of 20,000): beyond them both readers only return the same refusal.
const DEPTH_MAX = 5
const PAGE_MAX = 3
// Beyond it only leaves are selected; otherwise a walk through interfaces would not end.
const FIELDS_MAX = 40
const ALIASES_MAX = 30 // The server's own limit as well.
const MEMBERS_MAX = 3
// They depend on the time or the request, or check the whole ledger.
const EXCLUDED_FIELDS = new Set([
  'apiInfo',
  'rateLimit',
  'sandbox',
  'ledgerHealth',
  'disputeHealth',
  'requestId',
  'queue',
  'url',
  'urlExpiresAt',
])

const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  Boolean: [true, false],
  CurrencyCode: ['EUR', 'JPY'],
  DateTime: ['2026-04-03T00:00:00.000Z', '2026-04-05T12:34:56.789Z'],
  Decimal: ['20.00', '45'],
  EventCursor: ['ec_9007199254740050'],
  Float: [10.5, 5000],
  Int: [0, 1, 2],
  String: ['fence', 'paint', 'task.changed.1', 'ü'],
}

export class DocumentWriter {
  readonly #schema: GraphQLSchema
  readonly #words: Words
  readonly #chance: Chance
  readonly #faults: boolean
  readonly #variables = new Map<string, Variable>()
  readonly #fragments: string[] = []
  #aliasCount = 0
  #fieldCount = 0

  /** `faults`: a variable with a default may be null in a non-null position, which fails when that position is executed. */
  constructor(schema: GraphQLSchema, words: Words, chance: Chance, { faults = false } = {}) {
    this.#schema = schema
    this.#words = words
    this.#chance = chance
    this.#faults = faults
  }

  /** A query of one to three root fields. */
  write(): WrittenDocument {
    const query = this.#schema.getQueryType()
    if (!query) throw new Error('The schema has no query type.')
    return this.#document('query', this.#selectionSet(query, DEPTH_MAX))
  }

  /** A mutation with this input and a random selection of one member of its result. */
  writeMutation(name: string, memberName: string, input: object): WrittenDocument {
    const member = this.#schema.getType(memberName)
    const inputType = this.#schema.getMutationType()?.getFields()[name]?.args[0]?.type
    if (!member || !inputType) throw new Error(`There is no mutation ${name} that returns ${memberName}.`)
    this.#variables.set('input', { type: String(inputType), values: [input] })
    const selection = this.#selectionSet(member, DEPTH_MAX - 1)
    return this.#document('mutation', `{ ${name}(input: $input) { __typename ... on ${memberName} ${selection} } }`)
  }

  #document(kind: 'query' | 'mutation', body: string): WrittenDocument {
    const declared = [...this.#variables].map(
      ([name, { type, fallback }]) => `$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`,
    )
    return {
      query: [`${kind}${declared.length > 0 ? `(${declared.join(', ')})` : ''} ${body}`, ...this.#fragments].join('\n'),
      variables: this.#sent(),
      again: this.#sent(),
    }
  }

  #sent(): Record<string, unknown> {
    const sent = [...this.#variables].map(([name, { values }]) => [name, this.#pick(values)] as const)
    return Object.fromEntries(sent.filter(([, value]) => value !== ABSENT))
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#chance(items.length - 1)] as Item
  }

  #oneIn(count: number): boolean {
    return this.#chance(count - 1) === count - 1
  }

  /** `member`: the type is selected together with other types, whose fields of the same name may have other types. */
  #selectionSet(type: GraphQLNamedType, depth: number, member = false): string {
    const parts: string[] = []
    if (isObjectType(type) || isInterfaceType(type)) parts.push(...this.#fields(type.getFields(), type, depth, member))
    if (isAbstractType(type)) {
      const possible = this.#schema.getPossibleTypes(type)
      for (let count = 0; count < MEMBERS_MAX; count++) {
        const chosen = this.#pick(possible)
        parts.push(`... on ${chosen.name} ${this.#selectionSet(chosen, depth, true)}`)
      }
      parts.push('__typename')
    } else if (this.#oneIn(4)) parts.push(this.#fragment(type, depth, member))
    return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`
  }

  #fields(
    fields: GraphQLFieldMap<unknown, unknown>,
    parent: GraphQLNamedType,
    depth: number,
    member: boolean,
  ): string[] {
    const deeper = depth > 1 && this.#fieldCount < FIELDS_MAX
    const candidates = Object.values(fields).filter(
      ({ name, type }) => !EXCLUDED_FIELDS.has(name) && (deeper || !isCompositeType(getNamedType(type))),
    )
    if (candidates.length === 0) return []
    const count = 1 + this.#chance(parent === this.#schema.getQueryType() ? 2 : 4)
    return Array.from({ length: count }, () => this.#field(this.#pick(candidates), parent, depth, member))
  }

  #field(field: GraphQLField<unknown, unknown>, parent: GraphQLNamedType, depth: number, member: boolean): string {
    this.#fieldCount += 1
    if (this.#aliasCount > ALIASES_MAX - 2) return '__typename'
    const given = field.args.flatMap((argument) => this.#argument(field, parent, argument))
    const args = given.length > 0 ? `(${given.join(', ')})` : ''
    // The same response key with other arguments would make the document invalid.
    const unique = args || this.#oneIn(6) ? `a${this.#aliasCount}: ` : ''
    const alias = unique || (member && field.name !== 'id' ? `${parent.name}_${field.name}: ` : '')
    if (alias) this.#aliasCount += 1
    const head = `${alias}${field.name}${args}`
    const type = getNamedType(field.type)
    const set = () => (isCompositeType(type) ? ` ${this.#selectionSet(type, depth - 1)}` : '')
    const once = `${head}${this.#directive()}${set()}`
    // Sometimes selected twice, the second time in a fragment: both are one field.
    if (!this.#oneIn(6)) return once
    if (alias) this.#aliasCount += 1
    return `${once} ... on ${parent.name}${this.#directive()} { ${head}${set()} }`
  }

  #fragment(type: GraphQLNamedType, depth: number, member: boolean): string {
    const condition = isObjectType(type) && this.#oneIn(3) ? this.#pick([type, ...type.getInterfaces()]) : type
    if (this.#oneIn(2))
      return `... on ${condition.name}${this.#directive()} ${this.#selectionSet(condition, depth - 1, member)}`
    const name = `F${this.#fragments.length}`
    // The index is reserved first, because its selection may have fragments of its own.
    const index = this.#fragments.push('') - 1
    this.#fragments[index] = `fragment ${name} on ${condition.name} ${this.#selectionSet(condition, depth - 1, member)}`
    return `...${name}${this.#directive()}`
  }

  #directive(): string {
    if (!this.#oneIn(8)) return ''
    const name = this.#pick(['include', 'skip'])
    const value = this.#pick([true, false])
    return ` @${name}(if: ${this.#oneIn(2) ? value : this.#variableFor(new GraphQLNonNull(GraphQLBoolean), value)})`
  }

  /** A variable for a position of this type, with or without a default, whose value is this one, null or absent. */
  #variableFor(type: GraphQLInputType, value: unknown): string {
    if (!isNonNullType(type)) {
      const fallback = this.#pick([undefined, 'null', literalOf(value, type)])
      return this.#variable({ type: String(type), fallback, values: [value, value, null, ABSENT] })
    }
    if (this.#oneIn(2)) return this.#variable({ type: String(type), values: [value] })
    // A nullable variable is allowed in a non-null position if it has a default.
    const values = [value, value, ABSENT, ...(this.#faults && this.#oneIn(3) ? [null] : [])]
    return this.#variable({ type: String(type.ofType), fallback: literalOf(value, type), values })
  }

  #variable(variable: Variable): string {
    const name = `v${this.#variables.size}`
    this.#variables.set(name, variable)
    return `$${name}`
  }

  /** A value as a literal, of which some parts are variables. */
  #written(value: unknown, type: GraphQLInputType): string {
    if (this.#oneIn(3)) return this.#variableFor(type, value)
    const present = getNullableType(type)
    if (isListType(present))
      return `[${(value as unknown[]).map((item) => this.#written(item, present.ofType)).join(', ')}]`
    if (!isInputObjectType(present)) return literalOf(value, present)
    const fields = present.getFields()
    // The field of a @oneOf input must not be null.
    const write = (field: GraphQLInputField, item: unknown) =>
      present.isOneOf ? literalOf(item, field.type) : this.#written(item, field.type)
    const written = Object.entries(value as object).flatMap(([name, item]) => {
      const field = fields[name]
      return field ? [`${name}: ${write(field, item)}`] : []
    })
    return `{ ${written.join(', ')} }`
  }

  #argument(field: GraphQLField<unknown, unknown>, parent: GraphQLNamedType, argument: GraphQLArgument): string[] {
    const required = isNonNullType(argument.type) && argument.defaultValue === undefined
    const pages = argument.name === 'first' && !this.#oneIn(8)
    if (!required && !pages && !this.#oneIn(4)) return []
    const value = this.#valueOf(argument, field, parent)
    if (value === undefined) return []
    return [`${argument.name}: ${this.#written(value, argument.type)}`]
  }

  #valueOf(argument: GraphQLArgument, field: GraphQLField<unknown, unknown>, parent: GraphQLNamedType): unknown {
    if (argument.name === 'first' || argument.name === 'last') return this.#oneIn(40) ? 101 : this.#chance(PAGE_MAX)
    if (argument.name === 'after' || argument.name === 'before') {
      const known = this.#words.cursors.get(`${parent.name}.${field.name}`) ?? []
      return known.length > 0 ? this.#pick(known) : undefined
    }
    return this.#value(argument.type, getNamedType(field.type))
  }

  #value(type: GraphQLInputType, about: GraphQLNamedType): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, about)
    if (isListType(type)) return Array.from({ length: this.#chance(3) }, () => this.#value(type.ofType, about))
    if (isEnumType(type)) return this.#pick(type.getValues()).name
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || this.#oneIn(4))
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type, about)]))
    }
    return type.name === 'ID' ? this.#id(about) : this.#pick(SCALARS[type.name] ?? [])
  }

  #id(about: GraphQLNamedType): string {
    const types = isAbstractType(about) ? this.#schema.getPossibleTypes(about) : [about]
    const known = types.flatMap(({ name }) => this.#words.ids.get(name) ?? [])
    const all = [...this.#words.ids.values()].flat()
    if (this.#oneIn(12)) return 'tsk_nothing'
    return known.length > 0 && !this.#oneIn(6) ? this.#pick(known) : this.#pick(all)
  }
}

/** A value as a literal of a document: enum values without quotes. */
function literalOf(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(value, type.ofType)
  if (isListType(type)) return `[${(value as unknown[]).map((item) => literalOf(item, type.ofType)).join(', ')}]`
  if (isEnumType(type)) return String(value)
  if (!isInputObjectType(type)) return JSON.stringify(value)
  const fields = Object.entries(value as object).map(([name, item]) => {
    const field = type.getFields()[name]
    return field ? `${name}: ${literalOf(item, field.type)}` : ''
  })
  return `{ ${fields.join(', ')} }`
}
