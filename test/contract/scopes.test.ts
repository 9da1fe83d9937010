/** The scopes of personal access tokens: the table covers the schema, and every path to a type is checked. */
import {
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { schema } from '../../src/api/schema.ts'
import type { Caller } from '../../src/domain/caller.ts'
import { refuseMissingScopes } from '../../src/graphql/scopes/refuseMissingScopes.ts'
import { FIELD_NEEDS, needOfNode, needOfType, TYPE_NEEDS } from '../../src/graphql/scopes/scopeTable.ts'

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()] as GraphQLObjectType[]
const composite = types.filter(isCompositeType).filter((type) => !roots.includes(type as GraphQLObjectType))
const withFields = types.filter((type) => isObjectType(type) || isInterfaceType(type))

const callerWith = (...scopes: NonNullable<Caller['scopes']>): Caller => ({
  id: 'somebody',
  sessionId: 'token',
  roles: ['USER', 'ADMIN'],
  withheldRoles: [],
  hasSecondFactor: false,
  provenAt: null,
  isVerified: true,
  scopes,
})

/** Checks the first field of a document, as its resolver does. */
function check(caller: Caller, parentType: GraphQLObjectType, document: string, variableValues = {}): void {
  const { definitions } = parse(document)
  const operation = definitions[0] as OperationDefinitionNode
  const fragments = Object.fromEntries(
    definitions.flatMap((one) => (one.kind === 'FragmentDefinition' ? [[one.name.value, one]] : [])),
  )
  const fieldNodes = operation.selectionSet.selections as readonly FieldNode[]
  refuseMissingScopes(caller, { schema, parentType, fieldNodes, fragments, variableValues } as GraphQLResolveInfo)
}

describe('the table', () => {
  test('has every field of Query, Mutation and Subscription', () => {
    const fields = roots.flatMap((root) => Object.keys(root.getFields()).map((field) => `${root.name}.${field}`))
    expect(fields.filter((field) => FIELD_NEEDS[field] === undefined)).toEqual([])
  })

  test('has every type with fields, and every union of such types', () => {
    expect(composite.map(({ name }) => name).filter((name) => needOfType(name) === undefined)).toEqual([])
  })

  test('has no entry for a field or type that does not exist', () => {
    const fields = withFields.flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`))
    expect(Object.keys(FIELD_NEEDS).filter((field) => !fields.includes(field))).toEqual([])
    expect(Object.keys(TYPE_NEEDS).filter((name) => !schema.getType(name))).toEqual([])
  })

  test('frees payloads, results and errors by their names, which only a mutation leads to', () => {
    const freeByName = ({ name }: { name: string }) => /(Payload|Result|Error)$/.test(name) && !(name in TYPE_NEEDS)
    const leading = withFields
      .filter((type) => type !== schema.getMutationType() && !freeByName(type))
      .filter((type) =>
        Object.values(type.getFields()).some(({ type: field }) => {
          const named = getNamedType(field)
          return isCompositeType(named) && freeByName(named)
        }),
      )
    expect(leading.map(({ name }) => name)).toEqual([])
  })
})

describe('every root field', () => {
  /** The refusal of the resolver as the server runs it, with all its plugins. */
  async function refusalBy(root: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Promise<unknown> {
    const document = `{ ${field.name} ${isCompositeType(getNamedType(field.type)) ? '{ __typename }' : ''} }`
    const [operation] = parse(document).definitions as OperationDefinitionNode[]
    const fieldNodes = operation?.selectionSet.selections as readonly FieldNode[]
    const info = { schema, parentType: root, fieldName: field.name, fieldNodes, fragments: {}, variableValues: {} }
    const context = { caller: callerWith(), loaders: { invalidate() {} } }
    // The errors plugin adds a `subscribe` to every field.
    const resolve = root === schema.getSubscriptionType() ? field.subscribe : field.resolve
    try {
      return await resolve?.(undefined, {}, context, info as unknown as GraphQLResolveInfo)
    } catch (error) {
      return error
    }
  }

  test.each(
    roots.flatMap((root) =>
      Object.values(root.getFields()).map((field) => [`${root.name}.${field.name}`, root, field] as const),
    ),
  )('%s refuses a token without its scope before anything else', async (place, root, field) => {
    const isFree = FIELD_NEEDS[place] === 'free' && needOfType(getNamedType(field.type).name) === 'free'
    if (!isFree) expect(await refusalBy(root, field)).toMatchObject({ name: 'ForbiddenError', code: 'FORBIDDEN' })
    else expect(FREE).toContain(place)
  })
})

/** The root fields that every token may use. */
const FREE: readonly string[] = [
  'Query.apiInfo',
  'Query.categories',
  'Query.feeRules',
  'Query.node',
  'Query.nodes',
  'Query.rateLimit',
  'Query.sandbox',
  'Query.user',
  'Query.viewer',
]

describe('every path', () => {
  const toTypes = withFields.flatMap((parent) =>
    Object.values(parent.getFields()).flatMap((field) => {
      const need = needOfType(getNamedType(field.type).name)
      return isCompositeType(getNamedType(field.type)) && need !== 'free' ? [{ parent, field }] : []
    }),
  )

  test('to a type that needs a scope is refused without it, even for its name alone', () => {
    expect(toTypes.length).toBeGreaterThan(150)
    const allowed = toTypes.filter(({ parent, field }) => {
      try {
        check(callerWith(), parent as GraphQLObjectType, `{ ${field.name} { __typename } }`)
        return true
      } catch (error) {
        expect(error).toMatchObject({ code: 'FORBIDDEN' })
        return false
      }
    })
    expect(allowed).toEqual([])
  })

  test('of a session is free', () => {
    const { scopes: _scopes, ...caller } = callerWith()
    const checkAll = () => {
      for (const { parent, field } of toTypes) {
        check(caller, parent as GraphQLObjectType, `{ ${field.name} { __typename } }`)
      }
    }
    expect(checkAll).not.toThrow()
  })

  test('to a node by its id needs what the node needs', () => {
    const node = schema.getType('Node')
    for (const { name } of isInterfaceType(node) ? schema.getPossibleTypes(node) : []) {
      const need = needOfNode(name)
      expect([name, need]).not.toEqual([name, undefined])
      expect(need === 'free' ? ['User', 'Category', 'FeeRule'] : [name]).toContain(name)
    }
  })

  const query = schema.getQueryType() as GraphQLObjectType
  const MONEY = 'This access token needs the scope MONEY_READ for'
  const message = (document: string, variables = {}, ...scopes: NonNullable<Caller['scopes']>) => {
    try {
      check(callerWith(...(scopes.length > 0 ? scopes : (['TASKS_READ'] as const))), query, document, variables)
      return undefined
    } catch (error) {
      if (error instanceof GraphQLError) throw error
      return (error as Error).message
    }
  }

  test.each([
    ['a nested field', '{ task(id: "x") { hold { id } } }', `${MONEY} Task.hold.`],
    ['an alias', '{ task(id: "x") { title: hold { id } } }', `${MONEY} Task.hold.`],
    ['an inline fragment', '{ node(id: "x") { ... on Hold { id } } }', `${MONEY} Hold.`],
    [
      'a fragment',
      '{ node(id: "x") { ...A } } fragment A on Node { ...B } fragment B on Hold { id }',
      `${MONEY} Hold.`,
    ],
    [
      'a list of nodes',
      '{ nodes(ids: []) { ... on Task { transfers { nodes { id } } } } }',
      `${MONEY} Task.transfers.`,
    ],
    ['a page', '{ tasks { edges { node { moneyTrail { balanced } } } } }', `${MONEY} Task.moneyTrail.`],
    ['a person', '{ viewer { transfers { nodes { id } } } }', `${MONEY} Viewer.transfers.`],
    ['a scalar', '{ viewer { payoutReadiness } }', `${MONEY} Viewer.payoutReadiness.`],
  ])('by %s names the missing scope', (_name, document, expected) => {
    expect(message(document)).toBe(expected)
    expect(message(document, {}, 'TASKS_READ', 'MONEY_WRITE')).toBeUndefined()
  })

  test('that is not executed needs nothing', () => {
    expect(message('{ task(id: "x") { id hold @skip(if: true) { id } } }')).toBeUndefined()
    expect(message('{ task(id: "x") { id ... @include(if: false) { hold { id } } } }')).toBeUndefined()
    const document = 'query ($money: Boolean!) { task(id: "x") { id hold @include(if: $money) { id } } }'
    expect(message(document, { money: false })).toBeUndefined()
    expect(message(document, { money: true })).toBe(`${MONEY} Task.hold.`)
    // A fragment on a type that cannot be here.
    expect(message('{ task(id: "x") { ... on Node { ... on Hold { id } } } }')).toBeUndefined()
  })

  test('of a selection that spreads a fragment again and again is checked in linear time', () => {
    const levels = 40
    const fragments = Array.from(
      { length: levels },
      (_, level) => `fragment F${level} on Task { ...F${level + 1} ...F${level + 1} category { id } ...F${level + 1} }`,
    )
    const document = `{ task(id: "x") { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Task { hold { id } }`
    expect(message(document)).toBe(`${MONEY} Task.hold.`)
  })

  test('that proves or changes who the person is, is closed to every token', () => {
    const every = ['TASKS_WRITE', 'CHATS_WRITE', 'MONEY_WRITE', 'SUPPORT', 'ADMIN', 'WEBHOOKS'] as const
    const closed = 'A personal access token cannot use'
    for (const field of ['sessions { id }', 'accessTokens { nodes { id } }']) {
      expect(message(`{ viewer { ${field} } }`, {}, ...every)).toMatch(closed)
    }
    expect(message('{ node(id: "x") { ... on Session { id } } }', {}, ...every)).toMatch(closed)
    expect(message('{ sandbox { mails { id } } }', {}, ...every)).toMatch(closed)
  })
})
