/**
 * Generates the files that clients depend on: schema/schema.graphql, the printed schema; schema/sdk/generated.ts, a typed
 * document for each operation in schema/operations; schema/persistedDocuments.json, the same documents by hash; and for other clients schema/sdk/inputsWithKey.ts and
 * schema/sdk/possibleTypes.ts. `--check` writes nothing, and fails if a file is out of date.
 * The documents have a format of our own, because the usual plugins import a package, and do not mark idempotency keys.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import * as operationTypes from '@graphql-codegen/typescript-operations'
import {
  buildSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  printSchema,
  stripIgnoredCharacters,
  typeFromAST,
  visit,
} from 'graphql'
import { generatedPages } from './.config/generatedPages.ts'
import { schema } from './src/api/schema.ts'
import { SHIPPED_MANIFEST } from './src/engine/documents/persistedDocuments.ts'

const ROOT = import.meta.dirname
const OPERATIONS = join(ROOT, 'schema/operations')
const SCALARS = {
  ID: 'string',
  DateTime: 'string',
  Duration: 'string',
  BigInt: 'string',
  Decimal: 'string',
  CurrencyCode: 'string',
  IdempotencyKey: 'string',
  EventCursor: 'string',
  EmailAddress: 'string',
  URL: 'string',
  Sha256: 'string',
  Upload: 'Uploadable',
}

const BANNER = '// Generated from schema/operations by `npm run generate`. Do not edit.'
const SCHEMA_BANNER = '// Generated from schema/schema.graphql by `npm run generate`. Do not edit.'

type Source = { location: string; document: DocumentNode }

async function readOperations(): Promise<Source[]> {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql')).sort()
  return Promise.all(
    files.map(async (name) => ({ location: name, document: parse(await readFile(join(OPERATIONS, name), 'utf8')) })),
  )
}

async function typedDocuments(printedSchema: string, documents: Source[]): Promise<string> {
  const config = { scalars: SCALARS, enumsAsTypes: true, useTypeImports: true, immutableTypes: true }
  const schemaAst = buildSchema(printedSchema)
  const types = await codegen({
    filename: 'generated.ts',
    schema: parse(printedSchema),
    schemaAst,
    documents,
    config,
    plugins: [{ operationTypes: {} }],
    pluginMap: { operationTypes },
  })
  const { fragments, operations } = definitionsOf(documents)
  return [
    BANNER,
    "import type { Operation } from './operation.ts'",
    types.includes('Uploadable') ? "import type { Uploadable } from './uploadable.ts'\n" : '',
    types,
    ...fragments.map((one) => `const ${one.name.value}Text = ${JSON.stringify(shortText(one))}`),
    ...operations.map((one) => typedDocument(one, fragments, schemaAst)),
    '',
  ].join('\n')
}

function definitionsOf(documents: readonly Source[]) {
  const definitions = documents.flatMap(({ document }) => document.definitions)
  return {
    fragments: definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION),
    operations: definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION),
  }
}

/** Returns the manifest of persisted documents: the text of each operation as the SDK sends it, by its SHA-256. */
function persistedDocuments(documents: readonly Source[]): string {
  const { fragments, operations } = definitionsOf(documents)
  const textOf = (name: string) => shortText(fragments.find((one) => one.name.value === name) as FragmentDefinitionNode)
  const texts = operations.map((one) => [shortText(one), ...fragmentsOf(one, fragments).map(textOf)].join(''))
  const byHash = texts.map((text) => [createHash('sha256').update(text).digest('hex'), text])
  return `${JSON.stringify(Object.fromEntries(byHash), null, 2)}\n`
}

const shortText = (node: Parameters<typeof print>[0]): string => stripIgnoredCharacters(print(node))

/** Returns a tree-shakable constant: the text of an operation, with the types that the types plugin generated. */
function typedDocument(
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
  schemaAst: GraphQLSchema,
): string {
  const name = operation.name?.value ?? ''
  const type = `${name}${operation.operation[0]?.toUpperCase()}${operation.operation.slice(1)}`
  const parts = [JSON.stringify(shortText(operation)), ...fragmentsOf(operation, fragments).map((one) => `${one}Text`)]
  return `
export const ${name}Document: Operation<${type}, ${type}Variables> = {
  kind: '${operation.operation}',
  name: '${name}',
  takesKey: ${takesKey(operation, schemaAst)},
  text: ${parts.join(' + ')},
}`
}

/** Returns the names of the fragments that an operation spreads, directly or indirectly, each once. */
function fragmentsOf(operation: OperationDefinitionNode, fragments: readonly FragmentDefinitionNode[]): string[] {
  const found = new Set<string>()
  const search = (node: OperationDefinitionNode | FragmentDefinitionNode) => {
    visit(node, {
      FragmentSpread({ name: { value } }) {
        const fragment = fragments.find((one) => one.name.value === value)
        if (!fragment || found.has(value)) return
        found.add(value)
        search(fragment)
      },
    })
  }
  search(operation)
  return [...found]
}

/** True if the variable `$input` has a field `idempotencyKey`. */
function takesKey({ variableDefinitions }: OperationDefinitionNode, schemaAst: GraphQLSchema): boolean {
  const input = variableDefinitions?.find(({ variable }) => variable.name.value === 'input')
  const type = input && typeFromAST(schemaAst, input.type)
  return type !== undefined && hasKey(getNamedType(type))
}

const hasKey = (type: GraphQLNamedType): boolean => isInputObjectType(type) && 'idempotencyKey' in type.getFields()

/** Returns the module that lists the inputs with an idempotency key, for operations that are not generated here. */
function inputsWithKey(): string {
  const names = Object.values(schema.getTypeMap())
    .filter(hasKey)
    .map(({ name }) => `  '${name}',`)
  return `${BANNER.replace('schema/operations', 'schema/schema.graphql')}\n/** The inputs that take an idempotency key. */
export const INPUTS_WITH_KEY: readonly string[] = [\n${names.sort().join('\n')}\n]\n`
}

/** Returns the module with the members of each union and interface, by which a cache matches fragments. */
function possibleTypes(): string {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType)
  const lines = abstract.map((type) => {
    const names = schema.getPossibleTypes(type).map(({ name }) => `'${name}'`)
    return `  ${type.name}: [${names.sort().join(', ')}],`
  })
  return `${SCHEMA_BANNER}\n/** The members of each union and interface, for caches such as Apollo Client's. */
export const possibleTypes = {\n${lines.sort().join('\n')}\n}\n`
}

const printedSchema = `${printSchema(schema)}\n`
const operations = await readOperations()
const outputs = new Map([
  ['schema/schema.graphql', printedSchema],
  ['schema/sdk/generated.ts', await typedDocuments(printedSchema, operations)],
  [SHIPPED_MANIFEST, persistedDocuments(operations)],
  ['schema/sdk/inputsWithKey.ts', inputsWithKey()],
  ['schema/sdk/possibleTypes.ts', possibleTypes()],
  ...(await generatedPages()),
])

const isCheck = process.argv.includes('--check')
for (const [path, expected] of outputs) {
  const current = await readFile(join(ROOT, path), 'utf8').catch(() => '')
  if (current === expected) continue
  if (isCheck) {
    console.error(`${path} is out of date: run \`npm run generate\` and commit it.`)
    process.exitCode = 1
  } else {
    await writeFile(join(ROOT, path), expected)
  }
}
