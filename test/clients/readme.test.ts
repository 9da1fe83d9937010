/** The code blocks of README.md, run as they are written: the requests of one shell after the other, the SDK example, the commands. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedDemoWorld } from '../../prisma/seed.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const ADDRESS = 'http://127.0.0.1:4000'
const hasCurl = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'curl')))
const run = promisify(execFile)

let app: TestApp
let url: string
let readme: string
beforeAll(async () => {
  readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  app = await startApp()
  url = await app.listen()
  await seedDemoWorld(app)
})
afterAll(() => app.stop())

const blocksIn = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text)

describe.skipIf(!hasCurl)('README.md (skipped where there is no curl)', () => {
  test('its requests succeed as they are written: a query, a sign-in, the viewer, a file', async () => {
    const commands = blocksIn('sh').filter((text) => text.includes('curl'))
    const script = commands.map((text) => `${text.trimEnd()}\necho`).join('\n')
    // Two requests in one block need a line break between their answers.
    const separated = script.replaceAll(ADDRESS, url).replaceAll('\ncurl -s', '\necho; curl -s')
    const { stdout } = await run('sh', ['-euc', separated], { cwd: ROOT })
    const answers = stdout.split('\n').filter(Boolean)
    expect(answers.map((line) => JSON.parse(line))).toMatchObject([
      { data: { tasks: { nodes: [{}, {}, {}] } } },
      { data: { viewer: { email: 'poster@demo.test' } } },
      { data: { uploadFile: { attachment: { id: expect.stringMatching(/^att_/) } } } },
    ])
  })
})

test('the SDK example of README.md accepts a task of the demo world', async () => {
  const [example = ''] = blocksIn('ts')
  const folder = await mkdtemp(join(ROOT, 'dist/readme-')) // Below the checkout, so that packages are found.
  try {
    const sdk = join(ROOT, 'schema/sdk/index.ts')
    await writeFile(join(folder, 'example.ts'), example.replaceAll('errand/sdk', sdk).replaceAll(ADDRESS, url))
    const { stdout } = await run(process.execPath, ['--import', 'tsx', join(folder, 'example.ts')], { cwd: ROOT })
    expect(stdout).toBe('Mine: Walk the dog on weekdays\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('every command of README.md is a script of package.json', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const named = [...readme.matchAll(/\bnpm (?:run )?(\w+)/g)].map(([, name = '']) => name)
  const unknown = new Set(named.filter((name) => !['ci', 'install', 'pack'].includes(name) && !(name in scripts)))
  expect([...unknown]).toEqual([])
})
