/** A fresh project can install, compile against and run the package of `npm pack`, without a network or the server. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedDemoWorld } from '../../prisma/seed.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'

const ROOT = resolve(import.meta.dirname, '../..')
// The files that packing needs; copied, because packing changes package.json.
const PACKED_FROM = ['package.json', 'tsconfig.json', 'README.md', '.config', 'schema']

let app: TestApp
let url: string
let folder: string
let project: string

beforeAll(async () => {
  app = await startApp({ rateLimits: false })
  await seedDemoWorld(app)
  url = `${await app.listen()}/graphql`
  folder = await mkdtemp(join(tmpdir(), 'errand-package-'))
  project = join(folder, 'project')
  await install(await pack())
})
afterAll(async () => {
  await app.stop()
  await rm(folder, { recursive: true, force: true })
})

const run = (program: string, programArguments: string[], cwd: string) =>
  promisify(execFile)(program, programArguments, { cwd, timeout: 60_000 })

async function pack(): Promise<string> {
  const checkout = join(folder, 'checkout')
  await mkdir(checkout)
  for (const name of PACKED_FROM) await cp(join(ROOT, name), join(checkout, name), { recursive: true })
  await mkdir(join(checkout, 'dist'))
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  await run('npm', ['pack', '--silent', '--pack-destination', folder], checkout)
  expect(await readFile(join(checkout, 'package.json'), 'utf8')).toBe(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  )
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  return join(folder, archive ?? 'no archive')
}

async function install(archive: string): Promise<void> {
  await mkdir(project)
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'fresh', private: true, type: 'module' }))
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', archive], project)
}

test('contains the compiled SDK and its types, and has no dependencies', async () => {
  const installed = await readdir(join(project, 'node_modules'))
  expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['errand'])
  const files = await readdir(join(project, 'node_modules/errand'), { recursive: true, withFileTypes: true })
  const names = files.filter((file) => file.isFile()).map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['package.json', 'index.js', 'index.d.ts', 'node.js', 'node.d.ts']))
  const others = names.filter((name) => !/\.(js|d\.ts)$|^(package\.json|README\.md|LICENSE)$/.test(name))
  expect(others.sort()).toEqual(['CHANGELOG.md', 'errors.md', 'events.md', 'schema.graphql'])
  const manifest = JSON.parse(await readFile(join(project, 'node_modules/errand/package.json'), 'utf8'))
  expect(Object.keys(manifest)).not.toContain('dependencies')
})

test('contains the schema, for code generators', async () => {
  const path = createRequire(join(project, 'main.js')).resolve('errand/schema.graphql')
  expect(await readFile(path, 'utf8')).toBe(await readFile(join(ROOT, 'schema/schema.graphql'), 'utf8'))
})

test('runs in a fresh project', async () => {
  const program = `
import { CategoriesDocument, createClient } from 'errand/sdk'
import { fileAt } from 'errand/sdk/node'
const { categories } = await createClient({ url: '${url}' }).send(CategoriesDocument)
const { byteSize } = await fileAt('package.json')
console.log(JSON.stringify({ categories: categories.length, byteSize }))`
  await writeFile(join(project, 'main.js'), program)
  const { stdout } = await run(process.execPath, ['main.js'], project)
  const { categories, byteSize } = JSON.parse(stdout)
  expect(categories).toBeGreaterThan(0)
  expect(byteSize).toBeGreaterThan(0)
})

test('compiles in a strict browser project without Node.js types, and reports a mistake', async () => {
  const right = `
import { createClient, orThrow, AcceptTaskDocument } from 'errand/sdk'
const client = createClient({ url: '/graphql' })
export const title: string = orThrow((await client.send(AcceptTaskDocument, { input: { taskId: 'tsk_1' } })).acceptTask).task.title
`
  await writeFile(join(project, 'right.ts'), right)
  await writeFile(join(project, 'wrong.ts'), right.replace('title: string', 'title: number'))
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const options = [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2023,dom,dom.iterable',
    '--module',
    'nodenext',
    '--types',
    '',
  ]
  const { stdout } = await run(process.execPath, [compiler, ...options, 'right.ts'], project)
  expect(stdout).toBe('')
  const wrong = run(process.execPath, [compiler, ...options, 'wrong.ts'], project)
  await expect(wrong).rejects.toMatchObject({
    stdout: expect.stringContaining("'string' is not assignable to type 'number'"),
  })
})

test('the tour of schema/README.md does what it says, on the demo world', async () => {
  const guide = await readFile(join(ROOT, 'schema/README.md'), 'utf8')
  const example = /```ts\n([\s\S]*?)```/.exec(guide)?.[1] ?? ''
  await writeFile(join(project, 'example.ts'), example.replace('http://127.0.0.1:4000/graphql', url))
  const tsx = pathToFileURL(join(ROOT, 'node_modules/tsx/dist/loader.mjs')).href
  const child = spawn(process.execPath, ['--import', tsx, 'example.ts'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  let printed = ''
  for await (const piece of child.stdout.setEncoding('utf8')) {
    printed += piece
    if (printed.includes('task.accepted Walk the dog')) break // Then it waits for new events.
  }
  child.kill()
  await ended
  expect(printed).toMatch(/^Mine: Walk the dog on weekdays\n(\d+\n)+att_\w+\n[\s\S]*task\.accepted Walk the dog/)
})
