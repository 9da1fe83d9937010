/** Random documents for the echoing schema, with variables in every position where a document may have one. */
import {
  GraphQLBoolean,
  type GraphQLField,
  GraphQLNonNull,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  print,
  separateOperations,
  visit,
} from 'graphql'
import type { Chance } from './documentCases.ts'
import { InputCases } from './inputCases.ts'

const DEPTH_MAX = 3
// Beyond it only leaves are selected.
const FIELDS_MAX = 25
const FRAGMENTS_MAX = 2
const SENDINGS_MAX = 6

export interface ExecutionCase {
  query: string
  /** The requests, in order; each is for one of the operations. */
  sendings: { operationName: string; variables: Record<string, unknown> }[]
}

/** Generates a document of one operation, or of two that share fragments but have defaults of their own. */
export class ExecutionCases {
  readonly #schema: GraphQLSchema
  readonly #chance: Chance
  readonly #inputs: InputCases
  readonly #fragments: string[] = []
  #fieldCount = 0
  #aliasCount = 0

  constructor(schema: GraphQLSchema, chance: Chance) {
    this.#schema = schema
    this.#chance = chance
    this.#inputs = new InputCases(chance)
  }

  write(): ExecutionCase {
    for (let index = 0; index < this.#chance(FRAGMENTS_MAX); index++)
      this.#fragments.push(`fragment F${index} on Thing ${this.#selectionSet('Thing', 1)}`)
    const names = this.#inputs.oneIn(3) ? ['A', 'B'] : ['A']
    const operations = names.map((name) => {
      const type = this.#inputs.oneIn(4) ? 'Mutation' : 'Query'
      return `${type.toLowerCase()} ${name} ${this.#selectionSet(type, DEPTH_MAX)}`
    })
    const sendings = Array.from({ length: 1 + this.#chance(SENDINGS_MAX - 1) }, () => ({
      operationName: this.#inputs.pick(names),
      variables: this.#inputs.sent(),
    }))
    return { query: this.#declared([...operations, ...this.#fragments].join('\n')), sendings }
  }

  /** The document with the declarations of the variables that each operation uses, also in fragments, and without unused fragments. */
  #declared(text: string): string {
    const separated = separateOperations(parse(text))
    const used = new Set<string>()
    const operations = Object.values(separated).map((document, index) => {
      const names = new Set<string>()
      visit(document, { [Kind.VARIABLE]: ({ name }) => void names.add(name.value) })
      const declared = this.#inputs.variables
        .filter(({ name }) => names.has(name))
        .map((variable) => {
          const fallback = index === 0 ? variable.fallback : this.#inputs.otherFallback(variable)
          return `$${variable.name}: ${variable.type}${fallback === undefined ? '' : ` = ${fallback}`}`
        })
      const [operation, ...fragments] = document.definitions.toSorted(({ kind }) =>
        kind === Kind.OPERATION_DEFINITION ? -1 : 1,
      )
      for (const fragment of fragments) used.add(print(fragment))
      const head = declared.length > 0 ? `(${declared.join(', ')})` : ''
      return operation ? print(operation).replace(/^(\w+ \w+)/, `$1${head}`) : ''
    })
    return [...operations, ...used].join('\n')
  }

  #selectionSet(typeName: string, depth: number): string {
    const isRoot = typeName === 'Query' || typeName === 'Mutation'
    const parts: string[] = typeName === 'Any' ? ['__typename'] : []
    if (typeName !== 'Any')
      for (let count = this.#chance(3); count >= 0; count--) parts.push(this.#field(typeName, depth))
    if (this.#inputs.oneIn(3) && depth > 0) {
      const condition = isRoot ? typeName : this.#inputs.pick(['Thing', 'Box', 'Bag'])
      const fits = condition === typeName || !['Box', 'Bag'].includes(typeName) || condition === 'Thing'
      const name = fits ? condition : typeName
      parts.push(`... on ${name}${this.#directives()} ${this.#selectionSet(name, depth - 1)}`)
    }
    if (!isRoot && this.#fragments.length > 0 && this.#inputs.oneIn(2)) {
      const index = this.#chance(this.#fragments.length - 1)
      for (let times = this.#chance(1); times >= 0; times--) parts.push(`...F${index}${this.#directives()}`)
    }
    return `{ ${parts.join(' ')} }`
  }

  #field(typeName: string, depth: number): string {
    this.#fieldCount++
    const deeper = depth > 0 && this.#fieldCount < FIELDS_MAX
    const field = this.#inputs.pick(
      this.#fieldsOf(typeName).filter(({ type }) => deeper || isLeafType(getNamedType(type))),
    )
    const given = field.args.flatMap(({ name, type, defaultValue }) => {
      const hasDefault = defaultValue !== undefined
      if ((hasDefault || !isNonNullType(type)) && !this.#inputs.oneIn(3)) return []
      return [`${name}: ${this.#inputs.value(type, { hasDefault, depth: 0 })}`]
    })
    // The same response key with other arguments would make the document invalid.
    const alias =
      field.args.length > 0 ? `a${this.#aliasCount++}: ` : this.#inputs.oneIn(4) ? `${field.name}Again: ` : ''
    const head = `${alias}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`
    const type = getNamedType(field.type)
    const once = () =>
      `${head}${this.#directives()}${isLeafType(type) ? '' : ` ${this.#selectionSet(type.name, depth - 1)}`}`
    return this.#inputs.oneIn(5) ? `${once()} ${once()}` : once()
  }

  #fieldsOf(typeName: string): GraphQLField<unknown, unknown>[] {
    const type = this.#schema.getType(typeName)
    return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
  }

  #directives(): string {
    if (!this.#inputs.oneIn(5)) return ''
    const names = this.#inputs.pick([['include'], ['skip'], ['include', 'skip'], ['skip', 'include']])
    const type = new GraphQLNonNull(GraphQLBoolean)
    return names.map((name) => ` @${name}(if: ${this.#inputs.value(type, { hasDefault: false, depth: 0 })})`).join('')
  }
}
