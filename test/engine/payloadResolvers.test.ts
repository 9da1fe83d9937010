/**
 * The row fields of a mutation's payload are resolved once before the commit, to learn what they will read. So their resolvers must
 * do nothing but read rows: a loader would cache what it saw before the commit, and any other effect would happen twice.
 */
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  isRequiredArgument,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { expect, test } from 'vitest'
import type { Database } from '../../src/db/client.ts'
import type { PrismaClient } from '../../src/db/generated/client.ts'
import type { Caller } from '../../src/domain/caller.ts'
import { payloadPrefetchOf } from '../../src/engine/payloadPrefetch.ts'
import { makeReadingClient } from '../../src/engine/reader/readingClient.ts'
import { builder } from '../../src/graphql/builder.ts'
import type { Context } from '../../src/graphql/context.ts'

const UUID = '01a00000-0000-7000-8000-000000000001'
const CALLER: Caller = {
  id: UUID,
  roles: ['USER', 'ADMIN'],
  sessionId: UUID,
  isVerified: true,
  withheldRoles: [],
  hasSecondFactor: false,
  provenAt: null,
}

const PlantedPayload = builder.objectRef<object>('PlantedPayload').implement({
  fields: (t) => {
    const row = (work: (context: Context) => unknown) =>
      t.prismaField({
        type: 'User',
        resolve: (query, _payload, _args, context) => {
          const done = work(context)
          const read = () => context.prisma.user.findUniqueOrThrow({ ...query, where: { id: UUID } })
          return done instanceof Promise ? done.then(read) : read()
        },
      })
    return {
      clean: row(({ caller }) => caller?.id),
      loads: row(({ loaders }) => void loaders.unread.load(UUID)),
      usesServices: row(({ services }) => services.signals),
      queries: row(({ database }) => void database.row`/* never */ select 1`),
      usesTransaction: row(({ tx }) => tx),
      copies: row((context) => ({ ...context })),
      writes: row((context) => void Object.assign(context, { itemCursor: 1n })),
      hides: row((context) => {
        try {
          context.log.info('Twice.')
        } catch {}
      }),
      loadsLater: row(async ({ loaders }) => {
        await Promise.resolve()
        return loaders.unread
      }),
      readsLater: row(async () => {}),
    }
  },
})
builder.mutationField('planted', (t) => t.field({ type: PlantedPayload, resolve: () => ({}) }))

// Only now, since it makes the schema.
const { schema } = await import('../../src/api/schema.ts')

/** An object of which some properties may be read. Every other use of it is recorded, and throws. */
function guarded(path: string, allowed: Record<string, unknown>, uses: Set<string>): object {
  const refuse = (use: string) => {
    uses.add(path + use)
    throw new Error(`The row field of a payload uses ${path}${use} before the commit.`)
  }
  const isAllowed = (name: string | symbol) => typeof name === 'symbol' || name in allowed
  return new Proxy(
    {},
    {
      get: (_target, name) => (isAllowed(name) ? allowed[String(name)] : refuse(String(name))),
      has: (_target, name) => isAllowed(name) || refuse(String(name)),
      set: (_target, name) => refuse(String(name)),
      ownKeys: () => refuse('*'),
    },
  )
}

/**
 * A context that allows the caller and the reader's client, whose models are added to `models`. It also allows
 * `loaders.foundChats`, which is a set of ids and no loader: the transaction plugin clears it after each mutation, so that the dry
 * run leaves nothing in it.
 */
function guardedContext(uses: Set<string>, models: Set<string>): object {
  const database = guarded('database.', {}, uses) as Database
  const prisma = new Proxy(makeReadingClient(new Proxy({}, { get: () => ({}) }) as PrismaClient)(database), {
    get: (target, name) => {
      if (typeof name === 'string') models.add(name)
      return Reflect.get(target, name)
    },
  })
  const loaders = guarded('loaders.', { foundChats: new Set() }, uses)
  return guarded('', { prisma, caller: CALLER, loaders }, uses)
}

/** Ids for every name. `replayed` is not known yet in the dry run. */
const payloadOf = (replayed: boolean | undefined): object =>
  new Proxy({}, { get: (_target, name) => (name === 'replayed' ? replayed : name === 'caller' ? CALLER : UUID) })

const isRow = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  !isListType(getNullableType(type)) && getNamedType(type).extensions.pothosPrismaModel !== undefined

const isRefusal = (type: GraphQLObjectType): boolean => type.getInterfaces().some(({ name }) => name === 'Error')

interface RowField {
  mutation: GraphQLField<unknown, unknown>
  payload: GraphQLObjectType
  field: GraphQLField<unknown, unknown>
}

/** Each row field in the success of each mutation. */
const rowFields: RowField[] = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((mutation) =>
  objectTypesOf(getNamedType(mutation.type))
    .filter((payload) => !isRefusal(payload))
    .flatMap((payload) =>
      Object.values(payload.getFields())
        .filter(isRow)
        .map((field) => ({ mutation, payload, field })),
    ),
)

function objectTypesOf(type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type]
  return isAbstractType(type) ? schema.getPossibleTypes(type) : []
}

const DEPTH = 3

/** Everything that can be selected of a type without arguments, so that its select functions are called too. */
function selectionOf(type: GraphQLNamedType, depth = DEPTH): string {
  if (isAbstractType(type)) {
    return `{ __typename ${objectTypesOf(type)
      .map((one) => `... on ${one.name} ${selectionOf(one, depth)}`)
      .join(' ')} }`
  }
  if (!isObjectType(type)) return ''
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const fieldType = getNamedType(field.type)
    const isNested = isObjectType(fieldType) || isAbstractType(fieldType)
    if (field.args.some(isRequiredArgument) || (isNested && depth === 0)) return []
    // Under a name of its own for each type: types of one union have fields of different types by the same name.
    return [`${type.name}_${field.name}: ${field.name} ${selectionOf(fieldType, depth - 1)}`]
  })
  return `{ __typename ${fields.join(' ')} }`
}

/** Everything that the resolver of a row field uses besides rows and the caller. */
async function usesOf({ mutation, payload, field }: RowField): Promise<string[]> {
  const rows = selectionOf(getNamedType(field.type))
  const document = parse(`mutation { ${mutation.name} { ... on ${payload.name} { ${field.name} ${rows} } } }`)
  const operation = document.definitions[0] as OperationDefinitionNode
  const fieldNodes = operation.selectionSet.selections.filter((node) => node.kind === Kind.FIELD)
  const info = {
    schema,
    operation,
    fieldNodes,
    fieldName: mutation.name,
    returnType: mutation.type,
    parentType: schema.getMutationType(),
    fragments: {},
    rootValue: undefined,
    variableValues: {},
    path: { prev: undefined, key: mutation.name, typename: 'Mutation' },
  } as unknown as GraphQLResolveInfo
  const uses = new Set<string>()
  const models = new Set<string>()
  for (const replayed of [undefined, false, true]) {
    payloadPrefetchOf(guardedContext(uses, models), info)?.readsOf(payloadOf(replayed))
  }
  // A resolver that waits goes on after the dry run.
  await new Promise((resolve) => setImmediate(resolve))
  // It was not called, or failed before: nothing can be said of it.
  if (uses.size === 0 && models.size === 0) return ['no row']
  return [...uses]
}

async function offencesOf(fields: readonly RowField[]): Promise<Record<string, string[]>> {
  const offences: Record<string, string[]> = {}
  for (const rowField of fields) {
    const uses = await usesOf(rowField)
    if (uses.length > 0) offences[`${rowField.payload.name}.${rowField.field.name}`] = uses
  }
  return offences
}

const isPlanted = ({ payload }: RowField): boolean => payload.name === PlantedPayload.name

test('before the commit, the row fields of payloads use nothing but rows and the caller', async () => {
  const fields = rowFields.filter((rowField) => !isPlanted(rowField))
  // 41 when this was written: a walk that finds none would be no test.
  expect(fields.length).toBeGreaterThan(35)
  expect(await offencesOf(fields)).toEqual({})
})

test('a resolver that uses anything else is found', async () => {
  expect(await offencesOf(rowFields.filter(isPlanted))).toEqual({
    'PlantedPayload.loads': ['loaders.unread'],
    'PlantedPayload.usesServices': ['services'],
    'PlantedPayload.queries': ['database'],
    'PlantedPayload.usesTransaction': ['tx'],
    'PlantedPayload.copies': ['*'],
    'PlantedPayload.writes': ['itemCursor'],
    'PlantedPayload.hides': ['log'],
    'PlantedPayload.loadsLater': ['loaders.unread'],
    'PlantedPayload.readsLater': [expect.stringMatching(/^database\./)],
  })
})
