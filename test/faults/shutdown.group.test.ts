/** Ctrl-C in a terminal: npm and the program both get the signal, and npm forwards it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../support/servers/database.ts'
import { freePort } from '../support/servers/serverProcess.ts'

const ROOT = join(import.meta.dirname, '../..')
const SECRET = 'a secret of more than thirty-two bytes'
// Generous for a busy machine, because npm builds the program first.
const WAIT = { timeout: 180_000, interval: 50 }
const LONG = { timeout: 300_000 }
const SAME_SIGNAL_MS = 2_000
const QUERY = JSON.stringify({ query: '{ apiInfo { version } }' })

let folder: string
let group: ChildProcess | undefined

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'errand-group-')))
  await chmod(folder, 0o711) // The embedded PostgreSQL does not run as root, and needs access.
})
afterEach(async () => {
  const pid = await postmaster()
  signalGroup('SIGKILL')
  group = undefined
  if (pid) process.kill(pid, 'SIGQUIT')
  await rm(folder, { recursive: true, force: true })
})

/** Runs a command in its own process group, as a shell does. */
function run(command: string, commandArguments: string[], environment: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, HOST: '127.0.0.1', AUTH_SECRET: SECRET, DATA_DIR: folder, ...environment }
  const child = spawn(command, commandArguments, { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  group = child
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece) => {
      output += piece
    })
  return { output: () => output, closed: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]> }
}

function signalGroup(signal: NodeJS.Signals): void {
  try {
    if (group?.pid) process.kill(-group.pid, signal)
  } catch {
    // The group has no process left.
  }
}

/** Returns the process id of the embedded PostgreSQL, if it runs. */
async function postmaster(): Promise<number | undefined> {
  const home = await realpath(join(folder, 'postgres')).catch(() => '')
  const pid = await readFile(join(home, 'postmaster.pid'), 'utf8').catch(() => '')
  return Number(pid.split('\n')[0]) || undefined
}

/** Starts a request without its body, and waits until the server has read the headers. */
async function beginRequest(port: number): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', (piece) => {
    received += piece
  })
  socket.on('error', () => {}) // The received text shows a disconnect.
  const head = ['POST /graphql HTTP/1.1', 'host: errand', 'content-type: application/json', 'expect: 100-continue']
  socket.write(`${head.join('\r\n')}\r\ncontent-length: ${QUERY.length}\r\n\r\n`)
  await expect.poll(() => received, WAIT).toContain('100 Continue')
  return { socket, received: () => received }
}

test('Ctrl-C on `npm start` lets requests finish, and stops the database', LONG, async () => {
  const port = await freePort()
  const server = run('npm', ['start'], { PORT: String(port) })
  await expect.poll(server.output, WAIT).toContain('"msg":"listening"')
  expect(await postmaster()).toBeDefined()
  const { socket, received } = await beginRequest(port)
  signalGroup('SIGINT')
  await expect.poll(server.output, WAIT).toContain('"msg":"stopping"')
  socket.write(QUERY)
  const [code] = await server.closed
  expect(received()).toContain('{"data":{"apiInfo":{"version":')
  expect(server.output()).toContain('"msg":"stopped"')
  expect(server.output()).not.toContain('cut short')
  expect(await postmaster()).toBeUndefined()
  expect(code).toBe(0)
})

test('Ctrl-C on `npm run worker` lets it finish its jobs', LONG, async () => {
  const database = await createDatabase()
  try {
    const worker = run('npm', ['run', 'worker'], { DATABASE_URL: database.connectionString })
    await expect.poll(worker.output, WAIT).toContain('"msg":"working"')
    signalGroup('SIGINT')
    const [code] = await worker.closed
    expect(worker.output()).toContain('"msg":"stopped"')
    expect(worker.output()).not.toContain('cut short')
    expect(code).toBe(0)
  } finally {
    await database.drop()
  }
})

test('a signal during the start also stops the database', LONG, async () => {
  const server = run(process.execPath, ['--import', 'tsx', 'src/main.ts'], { PORT: '0' })
  await expect.poll(postmaster, WAIT).toBeDefined()
  signalGroup('SIGINT')
  const [code] = await server.closed
  expect(await postmaster()).toBeUndefined()
  expect(code).toBe(0)
})

test('a second Ctrl-C two seconds later exits at once, and the log has the reason', LONG, async () => {
  const database = await createDatabase()
  try {
    const port = await freePort()
    const server = run(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      PORT: String(port),
      DATABASE_URL: database.connectionString,
    })
    await expect.poll(server.output, WAIT).toContain('"msg":"listening"')
    const { socket } = await beginRequest(port)
    signalGroup('SIGINT')
    await expect.poll(server.output, WAIT).toContain('"msg":"stopping"')
    const stoppingAt = performance.now()
    const again = setInterval(() => signalGroup('SIGTERM'), 100)
    const [code] = await server.closed
    clearInterval(again)
    socket.destroy()
    // Less the time between the signal and its log line.
    expect(performance.now() - stoppingAt).toBeGreaterThan(SAME_SIGNAL_MS / 2)
    expect(server.output()).toMatch(/"reason":"a second signal: SIGTERM".*"msg":"shutdown was cut short"/)
    expect(code).toBe(1)
  } finally {
    await database.drop()
  }
})
