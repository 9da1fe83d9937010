/** The recipes of schema/README.md compile in a strict project, and work in the demo world. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { preset } from '@graphql-codegen/client-preset'
import { codegen } from '@graphql-codegen/core'
import { buildSchema, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedDemoWorld } from '../../prisma/seed.ts'
import { createClient, orThrow, SignInDocument } from '../../schema/sdk/index.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const DEMO_URL = 'http://127.0.0.1:4000/graphql'
const SCHEMA_IN_PROJECT = 'node_modules/errand/schema/schema.graphql'
// Imports types of a package that is not installed here, because Code Generator's CLI needs a newer Node.js than the SDK.
const NOT_COMPILED = ['codegen.ts']

let app: TestApp
let url: string
let project: string
let names: string[]

beforeAll(async () => {
  app = await startApp({ rateLimits: false })
  await seedDemoWorld(app)
  url = `${await app.listen()}/graphql`
  project = await mkdtemp(join(ROOT, 'dist/recipes-')) // Packages resolve from there, and git ignores it.
  await mkdir(join(project, 'schema'))
  await cp(join(ROOT, 'schema/schema.graphql'), join(project, 'schema/schema.graphql'))
  names = await writeRecipes(await readFile(join(ROOT, 'schema/README.md'), 'utf8'))
})
afterAll(async () => {
  await app.stop()
  await rm(project, { recursive: true, force: true })
})

/** Writes each named code block to its file, with the package and the server address of the test. */
async function writeRecipes(guide: string): Promise<string[]> {
  const blocks = [...guide.matchAll(/```(?:ts|json) (\S+)\n([\s\S]*?)```/g)]
  for (const [, name = '', text = ''] of blocks) {
    const path = join(project, name)
    await mkdir(dirname(path), { recursive: true })
    const sdk = relative(dirname(path), join(ROOT, 'schema/sdk/index.ts'))
    await writeFile(
      path,
      text
        .replaceAll("'errand/sdk'", `'${sdk}'`)
        .replaceAll(DEMO_URL, url)
        .replaceAll(SCHEMA_IN_PROJECT, 'schema/schema.graphql'),
    )
  }
  return blocks.map(([, name = '']) => name)
}

async function run(program: string, ...programArguments: string[]): Promise<string> {
  const options = { cwd: project, timeout: 50_000 }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'node_modules', program), ...programArguments],
    options,
  )
  return stdout
}

/** Runs a recipe or another file of the project, and returns its output. */
const runFile = (name: string): Promise<string> => run('tsx/dist/cli.mjs', name)

/** Returns the errors of the compiler for these files. */
async function complaints(files: readonly string[]): Promise<string> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    moduleDetection: 'force',
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: ['node'],
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  return run('typescript/bin/tsc', '-p', '.').catch(({ stdout }) => stdout)
}

/** Generates code like `npx graphql-codegen` with the settings of the recipe. */
async function generate(): Promise<void> {
  const { default: settings } = await import(pathToFileURL(join(project, 'codegen.ts')).href)
  const [[folder, { preset: presetName, config }]] = Object.entries<{ preset: string; config: object }>(
    settings.generates,
  ) as [[string, { preset: string; config: object }]]
  expect([settings.documents, presetName]).toEqual([['src/**/*.ts'], 'client'])
  const text = await readFile(join(project, 'src/openTasks.ts'), 'utf8')
  const source = /graphql\(`([\s\S]*?)`\)/.exec(text)?.[1] ?? ''
  const schemaText = await readFile(join(project, settings.schema), 'utf8')
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: folder,
    schema: parse(schemaText),
    schemaAst: buildSchema(schemaText),
    documents: [{ location: 'src/openTasks.ts', document: parse(source), rawSDL: source }],
    config,
    presetConfig: {},
    plugins: [],
    pluginMap: {},
    pluginContext: {},
    profiler: { run: (work: () => unknown) => work(), collect: () => [] } as never,
  })
  await mkdir(join(project, folder), { recursive: true })
  for (const output of outputs) await writeFile(join(project, output.filename), await codegen(output))
}

test('the SDK: signing in and out', async () => {
  expect(await runFile('session.ts')).toBe('poster@demo.test\nnull\n')
})

test('the SDK: an access token for scripts', async () => {
  expect(await runFile('accessToken.ts')).toMatch(/^.+, .+, .+\n$/)
})

test('the SDK: a function for each member of a result', async () => {
  expect(await runFile('results.ts')).toMatch(/^input\.displayName: .+\n$/)
})

test('urql, with subscriptions', async () => {
  expect(await runFile('urql.ts')).toMatch(/^poster@demo\.test\n(It happened: \w+\.\w+\n)+$/)
})

test('Apollo Client, with subscriptions over server-sent events', async () => {
  expect(await runFile('apollo.ts')).toMatch(/^poster@demo\.test\n(It happened: \w+\.\w+\n)+$/)
})

test('own operations with GraphQL Code Generator', async () => {
  await generate()
  expect(await runFile('src/openTasks.ts')).toMatch(/^(.+: \d+(\.\d+)? [A-Z]{3}\n){3}$/)
})

test('own operations with gql.tada, with an idempotency key', async () => {
  await runFile('writeIntrospection.ts')
  expect(await runFile('tada.ts')).toBe('Water the plants: 20.00\n')
  const [{ keys } = { keys: 0n }] = await app.database.rows<{ keys: bigint }>`
    /* testKeysOfPost */
    select count(*) as keys
    from idempotency_keys
    where mutation = 'createTask'
      and key ~ '^[0-9a-f]{32}$'`
  expect(keys).toBe(1n)
})

describe('Relay', () => {
  const component = `
import { graphql } from 'relay-runtime'
export const query = graphql\`query openTasksQuery { tasks(first: 1) { edges { node { title } } } viewer { email } }\`
export const subscription = graphql\`
  subscription openTasksSubscription($after: EventCursor) { events(after: $after) { ... on Event { type } } }
\``
  const program = `
import { fetchQuery, requestSubscription } from 'relay-runtime'
import query, { type openTasksQuery } from './src/__generated__/openTasksQuery.graphql.ts'
import subscription, { type openTasksSubscription } from './src/__generated__/openTasksSubscription.graphql.ts'
import { createEnvironment } from './src/environment.ts'

const environment = createEnvironment(process.env.URL ?? '', () => process.env.TOKEN)
const found = await fetchQuery<openTasksQuery>(environment, query, {}).toPromise()
console.log(found?.viewer?.email, found?.tasks.edges.length)
const following = requestSubscription<openTasksSubscription>(environment, {
  subscription,
  variables: { after: 'ec_0' },
  onError: (error) => console.log(error.message),
  onNext: (item) => {
    console.log(item?.events.type)
    setTimeout(() => following.dispose())
  },
})`

  test('its compiler accepts the settings, and its environment sends queries and subscriptions', async () => {
    await writeFile(join(project, 'src/openTasks.relay.ts'), component)
    await writeFile(join(project, 'relay.ts'), program)
    await mkdir(join(project, 'src/__generated__'), { recursive: true })
    await run('relay-compiler/cli.js', 'relay.config.json')
    const input = { password: { email: 'poster@demo.test', password: 'demo-password-1' } }
    const { accessToken } = orThrow((await createClient({ url }).send(SignInDocument, { input })).signIn)
    process.env.URL = url
    process.env.TOKEN = accessToken
    expect(await runFile('relay.ts')).toMatch(/^poster@demo\.test 1\n(\w+\.\w+\n)+$/)
  })
})

test('all of them compile in a strict project with the sources of the SDK, and a wrong field does not', async () => {
  const recipes = names.filter((name) => name.endsWith('.ts') && !NOT_COMPILED.includes(name))
  expect(recipes.length).toBeGreaterThan(7)
  expect(await readdir(join(project, 'src/gql'))).toContain('gql.ts') // Generated by the tests above, like the types of gql.tada.
  expect(await complaints([...recipes, 'relay.ts'])).toBe('')
  for (const name of ['tada.ts', 'src/openTasks.ts']) {
    const text = await readFile(join(project, name), 'utf8')
    await writeFile(
      join(project, name),
      text.replaceAll(/\btitle(?=[},]|: \$)/g, 'titel').replace('task.title', 'task.titel'),
    )
  }
  const said = await complaints(['tada.ts', 'src/openTasks.ts'])
  expect(said).toMatch(/tada\.ts.*'titel' does not exist/)
  expect(said).toMatch(/openTasks\.ts.*'titel' does not exist/)
})
