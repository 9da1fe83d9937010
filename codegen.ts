/**
 * Writes what clients rely on from what the code declares: schema/schema.graphql is printed from the schema, and
 * schema/sdk/generated.ts holds a typed document for each operation in schema/operations.
 * `--check` writes nothing and fails when either is out of date.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import * as typedDocumentNode from '@graphql-codegen/typed-document-node'
import * as operationTypes from '@graphql-codegen/typescript-operations'
import { buildSchema, parse, printSchema } from 'graphql'
import { schema } from './src/graphql/schema.ts'

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
}

const BANNER = '// Generated from schema/operations by `npm run generate`. Do not edit.\n'

async function typedDocuments(printedSchema: string): Promise<string> {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql')).sort()
  const documents = await Promise.all(
    files.map(async (name) => ({ location: name, document: parse(await readFile(join(OPERATIONS, name), 'utf8')) })),
  )
  const config = {
    documentMode: 'string',
    scalars: SCALARS,
    enumsAsTypes: true,
    useTypeImports: true,
    immutableTypes: true,
  }
  const code = await codegen({
    filename: 'generated.ts',
    schema: parse(printedSchema),
    schemaAst: buildSchema(printedSchema),
    documents,
    config,
    plugins: [{ operationTypes: {} }, { typedDocumentNode: {} }],
    pluginMap: { operationTypes, typedDocumentNode },
  })
  return BANNER + code
}

const printedSchema = `${printSchema(schema)}\n`
const outputs = new Map([
  ['schema/schema.graphql', printedSchema],
  ['schema/sdk/generated.ts', await typedDocuments(printedSchema)],
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
