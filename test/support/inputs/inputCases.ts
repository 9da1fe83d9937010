/** Random inputs: literals with variables anywhere in them, the variables' defaults, and the values that are sent for them. */
import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql'
import type { Chance } from './documentCases.ts'

const DEPTH_MAX = 2

export interface Variable {
  name: string
  type: GraphQLInputType
  /** Its default, as a literal of the document. */
  fallback: string | undefined
}

/** The position of a value. */
interface Position {
  /** True if the position has a default of its own, so that its variable may be absent. */
  hasDefault: boolean
  depth: number
}

type Inner = (type: GraphQLInputType, depth: number, hasDefault: boolean) => string

export class InputCases {
  readonly #chance: Chance
  readonly variables: Variable[] = []

  constructor(chance: Chance) {
    this.#chance = chance
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.#chance(items.length - 1)] as Item
  }

  oneIn(count: number): boolean {
    return this.#chance(count - 1) === count - 1
  }

  /** A variable, or a literal with variables in it. */
  value(type: GraphQLInputType, { hasDefault, depth }: Position): string {
    return this.oneIn(2) ? this.#variableFor(type, hasDefault) : this.#literal(type, depth)
  }

  /** Another default for a variable that has one. */
  otherFallback({ type, fallback }: Variable): string | undefined {
    return fallback === undefined || fallback === 'null' ? fallback : this.#fallback(type)
  }

  /** A value for each variable: sometimes null or absent where that is allowed, and rarely of a wrong type. */
  sent(): Record<string, unknown> {
    const sent: Record<string, unknown> = {}
    for (const { name, type, fallback } of this.variables) {
      if ((fallback !== undefined || !isNonNullType(type)) && this.oneIn(4)) continue
      sent[name] = this.oneIn(60) ? this.pick([{ no: 1 }, [[[]]], 'wrong', null]) : this.#sentOf(type, 0)
    }
    return sent
  }

  #variableFor(type: GraphQLInputType, hasDefault: boolean): string {
    if (!isNonNullType(type)) {
      return this.#variable(type, this.pick([undefined, 'null', this.#fallback(type)]))
    }
    // A nullable variable is allowed in a non-null position if the variable or the position has a default.
    const kind = this.#chance(hasDefault ? 3 : 2)
    if (kind === 0) return this.#variable(type, this.oneIn(3) ? this.#fallback(type) : undefined)
    return this.#variable(type.ofType, kind === 3 ? undefined : this.#fallback(type))
  }

  #variable(type: GraphQLInputType, fallback: string | undefined): string {
    const hasValue = (literal: string | undefined) => literal !== undefined && literal !== 'null'
    const known = this.variables.filter(
      (variable) => String(variable.type) === String(type) && hasValue(variable.fallback) === hasValue(fallback),
    )
    if (known.length > 0 && this.oneIn(2)) return `$${this.pick(known).name}`
    const name = `v${this.variables.length}`
    this.variables.push({ name, type, fallback })
    return `$${name}`
  }

  // A default cannot have variables.
  #fallback(type: GraphQLInputType, depth = 1): string {
    return this.#present(type, depth)
  }

  #literal(type: GraphQLInputType, depth: number): string {
    if (!isNonNullType(type) && this.oneIn(6)) return 'null'
    return this.#present(type, depth, (of, deeper, hasDefault) => this.value(of, { hasDefault, depth: deeper }))
  }

  /** A literal that is not null; `inner` writes the values in it, if they may have variables. */
  #present(type: GraphQLInputType, depth: number, inner?: Inner): string {
    const present = getNullableType(type)
    const within: Inner = inner ?? ((of, deeper) => this.#present(of, deeper))
    if (isEnumType(present)) return this.pick(present.getValues()).name
    if (isScalarType(present)) return JSON.stringify(this.#scalar(present.name))
    if (isListType(present)) {
      if (this.#isOneItem(present)) return this.#present(present.ofType, depth + 1, inner)
      return `[${Array.from({ length: this.#chance(2) }, () => within(present.ofType, depth + 1, false)).join(', ')}]`
    }
    if (!isInputObjectType(present)) throw new Error(`${present} is not an input type.`)
    const fields = this.#fieldsOf(present, depth).map(({ name, type: of, defaultValue }) => {
      if (!present.isOneOf) return `${name}: ${within(of, depth + 1, defaultValue !== undefined)}`
      // A variable in this position must not be null.
      if (inner && of === GraphQLString && this.oneIn(2))
        return `${name}: ${this.#variable(new GraphQLNonNull(of), undefined)}`
      return `${name}: ${this.#present(of, depth + 1, inner)}`
    })
    return `{ ${fields.join(', ')} }`
  }

  #fieldsOf(type: GraphQLInputObjectType, depth: number): GraphQLInputField[] {
    const fields = Object.values(type.getFields())
    if (type.isOneOf) return [this.pick(depth > DEPTH_MAX ? fields.filter(({ name }) => name === 'word') : fields)]
    return fields.filter(
      ({ type: of, defaultValue }) =>
        (isNonNullType(of) && defaultValue === undefined) || (depth <= DEPTH_MAX && this.oneIn(4)),
    )
  }

  // List coercion: an item that is not a list is a list of one item.
  #isOneItem({ ofType }: GraphQLList<GraphQLInputType>): boolean {
    return !isListType(getNullableType(ofType)) && this.oneIn(6)
  }

  #scalar(name: string): unknown {
    if (name === 'Boolean') return this.oneIn(2)
    if (name === 'Int') return this.#chance(3)
    if (name === 'Float') return this.#chance(3) + 0.5
    return this.pick(['', 'word', 'ü "quoted"'])
  }

  #sentOf(type: GraphQLInputType, depth: number): unknown {
    if (!isNonNullType(type) && this.oneIn(3)) return null
    const present = getNullableType(type)
    if (isEnumType(present)) return this.pick(present.getValues()).name
    if (isScalarType(present)) return this.#scalar(present.name)
    if (isListType(present)) {
      if (this.#isOneItem(present)) return this.#sentOf(new GraphQLNonNull(getNullableType(present.ofType)), depth + 1)
      return Array.from({ length: this.#chance(2) }, () => this.#sentOf(present.ofType, depth + 1))
    }
    if (!isInputObjectType(present)) throw new Error(`${present} is not an input type.`)
    const fields = this.#fieldsOf(present, depth)
    return Object.fromEntries(
      fields.map(({ name, type: of }) => [
        name,
        this.#sentOf(present.isOneOf ? new GraphQLNonNull(getNullableType(of)) : of, depth + 1),
      ]),
    )
  }
}
