/** The commands of README.md that talk to the server, one after the other in one shell, as somebody types them. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seedDemoWorld } from '../../prisma/seed.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const hasCurl = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'curl')))

let app: TestApp
let url: string
beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  await seedDemoWorld(app)
})
afterAll(() => app.stop())

describe.skipIf(!hasCurl)('README.md (skipped where there is no curl)', () => {
  test('its requests succeed as they stand there: a query, a sign-in, the viewer, a file', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
    const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text)
    const commands = blocks.filter((text) => text.includes('curl')).map((text) => `${text.trimEnd()}\necho`)
    const script = commands.join('\n').replaceAll('http://127.0.0.1:4000', url)
    // Two of them stand in one block, so a line break is put between their answers.
    const apart = script.replaceAll('\ncurl -s', '\necho; curl -s')
    const { stdout } = await promisify(execFile)('sh', ['-euc', apart], { cwd: ROOT })
    const answers = stdout.split('\n').filter(Boolean)
    expect(answers.map((line) => JSON.parse(line))).toMatchObject([
      { data: { tasks: { nodes: [{}, {}, {}] } } },
      { data: { viewer: { email: 'poster@demo.test' } } },
      { data: { uploadFile: { attachment: { id: expect.stringMatching(/^att_/) } } } },
    ])
  })
})
