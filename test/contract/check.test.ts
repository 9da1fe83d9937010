/** `npm run check` detects each kind of fault: every fault in a copy of the checkout fails its own part of the check. */
import { execFile } from 'node:child_process'
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const NOT_COPIED = ['node_modules', 'dist', '.data', '.git']

/** The planted faults, and the output of the part of the check that must find them. */
const PLANTED: Record<string, { text: string; part: RegExp; found: RegExp }> = {
  'schema/schema.graphql': {
    text: '# Added by hand.\n',
    part: /codegen\.ts --check/,
    found: /schema\/schema\.graphql is out of date/,
  },
  'schema/sdk/generated.ts': {
    text: '// Added by hand.\n',
    part: /codegen\.ts --check/,
    found: /schema\/sdk\/generated\.ts is out of date/,
  },
  'src/wrongType.ts': { text: 'export const wrong: string = 1\n', part: /^tsc/, found: /src\/wrongType\.ts.*TS2322/ },
  '.config/vitest.config.ts': {
    text: 'export const wrong: string = 1\n',
    part: /^tsc/,
    found: /vitest\.config\.ts.*TS2322/,
  },
  'test/contract/alone.test.ts': {
    text: "import { test } from 'vitest'\n\ntest.only('hides every other test of its file', () => {})\n",
    part: /^biome/,
    found: /alone\.test\.ts[^\n]*noFocusedTests/,
  },
  'src/unused.ts': { text: 'export const unused = 1\n', part: /^knip/, found: /Unused files[\s\S]*src\/unused\.ts/ },
}

let checkout: string
let outputs: { command: string; output: string; isFailure: boolean }[]

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'errand-check-'))
  for (const name of await readdir(ROOT)) {
    if (!NOT_COPIED.includes(name)) await cp(join(ROOT, name), join(checkout, name), { recursive: true })
  }
  await mkdir(join(checkout, 'dist'))
  await cp(join(ROOT, 'dist/.stamps.json'), join(checkout, 'dist/.stamps.json')) // Valid, because Prisma's client was copied, too.
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  for (const [path, { text }] of Object.entries(PLANTED)) {
    await (path.startsWith('src/') || path.endsWith('.test.ts') ? writeFile : appendFile)(join(checkout, path), text)
  }
  const { scripts } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'))
  outputs = []
  for (const command of scripts.check.split(' && ')) outputs.push({ command, ...(await runPart(command)) })
})
afterAll(() => rm(checkout, { recursive: true, force: true }))

/** Runs one command of the check, as npm does. */
async function runPart(command: string): Promise<{ output: string; isFailure: boolean }> {
  const [program = '', ...programArguments] = command.split(' ')
  const env = {
    ...process.env,
    PATH: [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    NO_COLOR: '1',
  }
  return promisify(execFile)(program, programArguments, { cwd: checkout, env }).then(
    ({ stdout, stderr }) => ({ output: stdout + stderr, isFailure: false }),
    ({ stdout, stderr }) => ({ output: stdout + stderr, isFailure: true }),
  )
}

test.each(Object.keys(PLANTED))('npm run check finds the fault in %s', (path) => {
  const { part, found } = PLANTED[path] ?? {}
  const run = outputs.find(({ command }) => part?.test(command))
  expect(run?.output).toMatch(found as RegExp)
  expect(run?.isFailure).toBe(true)
})

test('npm run check changes no file, so that no part hides a fault from a later one', async () => {
  for (const [path, { text }] of Object.entries(PLANTED)) {
    const copied = await readFile(join(checkout, path), 'utf8')
    expect(copied.endsWith(text), path).toBe(true)
  }
})
