/** Client generators accept the schema, and the generated clients work. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { buildSchema, introspectionFromSchema } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'
import { taskRow } from '../support/worlds/rows.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const SCHEMA = join(ROOT, 'schema/schema.graphql')
const SCALARS = [
  'BigInt',
  'CurrencyCode',
  'DateTime',
  'Decimal',
  'Duration',
  'EmailAddress',
  'EventCursor',
  'IdempotencyKey',
]

let app: TestApp
let url: string
let anna: Person
let task: Awaited<ReturnType<typeof taskRow>>
let folder: string

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await person(app, 'Anna')
  task = await taskRow(app, { poster: anna })
  folder = await mkdtemp(join(ROOT, 'dist/made-')) // Packages resolve from there, and git ignores it.
})
afterAll(async () => {
  await app.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs a program of a package, or a script, in this folder, and returns its output. */
async function run(cwd: string, program: string, ...programArguments: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...programArguments], { cwd })
  return stdout
}

/** Returns the entries of the git index below the folder of this test; nothing without git, as in an unpacked archive. */
const stagedFiles = async (): Promise<string[]> => {
  const listing = promisify(execFile)('git', ['ls-files', '--', folder], { cwd: ROOT })
  return (await listing.catch(() => ({ stdout: '' }))).stdout.split('\n').filter(Boolean)
}

const program = (path: string) => join(ROOT, 'node_modules', path)

async function newFolder(name: string, files: Record<string, string>): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text)
  return path
}

test('Relay: its compiler accepts connections, nodes and a refetchable fragment', async () => {
  const component = `
import { graphql } from 'relay-runtime'
export const query = graphql\`
  query TaskListQuery { ...TaskList }
\`
export const fragment = graphql\`
  fragment TaskList on Query @refetchable(queryName: "TaskListPageQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 5 }, after: { type: "String" }) {
    tasks(first: $first, after: $after) @connection(key: "TaskList_tasks") { edges { node { id title ...TaskRow } } }
  }
\`
export const row = graphql\`
  fragment TaskRow on Task @refetchable(queryName: "TaskRowQuery") { title poster { displayName } }
\``
  const config = {
    src: '.',
    schema: 'schema.graphql',
    language: 'typescript',
    artifactDirectory: '__generated__',
    noSourceControl: true, // Otherwise it stages the generated files.
  }
  const path = await newFolder('relay', { 'TaskList.ts': component, 'relay.config.json': JSON.stringify(config) })
  await cp(SCHEMA, join(path, 'schema.graphql'))
  await mkdir(join(path, '__generated__'))
  await run(path, program('relay-compiler/cli.js'))
  expect(await stagedFiles(), 'what it made is not staged').toEqual([])

  const made = async (name: string): Promise<string> => {
    const artifact = await readFile(join(path, `__generated__/${name}.graphql.ts`), 'utf8')
    return JSON.parse(/^ +"text": (".*")$/m.exec(artifact)?.[1] ?? '""')
  }
  const page = await post(url, { query: await made('TaskListPageQuery'), variables: { first: 1 } })
  const edge = { node: { id: task.id, title: 'Paint the fence', poster: { displayName: 'Anna' } } }
  expect(page.body.data).toMatchObject({ tasks: { edges: [edge], pageInfo: { hasNextPage: false } } })
  const again = await post(url, { query: await made('TaskRowQuery'), variables: { id: task.id } })
  expect(again.body.data).toMatchObject({ node: { __typename: 'Task', title: 'Paint the fence' } })
})

test('gql.tada: infers types from the schema, and a wrong field does not compile', async () => {
  const code = (field: string) => `
import { initGraphQLTada, type ResultOf } from 'gql.tada'
import type { introspection } from './introspection.ts'
const graphql = initGraphQLTada<{ introspection: typeof introspection; scalars: { Decimal: string } }>()
const query = graphql('query ($id: ID!) { task(id: $id) { ${field} budget { amount } } }')
type Task = NonNullable<ResultOf<typeof query>['task']>
export const amount = (task: Task): string => task.budget.amount
export const title = (task: Task): string => task.title`
  const introspection = introspectionFromSchema(buildSchema(await readFile(SCHEMA, 'utf8')))
  const path = await newFolder('tada', {
    'introspection.ts': `export const introspection = ${JSON.stringify(introspection)} as const\n`,
    'right.ts': code('title'),
    'wrong.ts': code('titel'),
    'tsconfig.json': JSON.stringify({ compilerOptions: STRICT }),
  })
  const compiled = await run(path, program('typescript/bin/tsc'), '-p', '.').catch(({ stdout }) => stdout)
  expect(compiled).not.toContain('right.ts')
  expect(compiled).toMatch(/wrong\.ts.*Property 'title' does not exist/)
})

const STRICT = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  types: [],
}

test('genql: the generated client reads a task', async () => {
  const script = `
import { createClient } from './made/index.ts'
const client = createClient({ url: '${url}/graphql', headers: { authorization: 'Bearer ${anna.accessToken}' } })
const { task } = await client.query({ task: { __args: { id: '${task.id}' }, title: true, poster: { displayName: true } } })
console.log(JSON.stringify(task))`
  const path = await newFolder('genql', { 'main.ts': script })
  const scalars = SCALARS.flatMap((name) => ['-S', `${name}:string`])
  await run(path, program('@genql/cli/dist/cli.js'), '--schema', SCHEMA, '--output', 'made', '--esm', ...scalars)
  const printed = await run(path, program('tsx/dist/cli.mjs'), 'main.ts')
  expect(JSON.parse(printed)).toEqual({ title: 'Paint the fence', poster: { displayName: 'Anna' } })
})
