/** Time from `npm start` to the first answer, the first time and later, and the memory of the idle server. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../support/servers/serverProcess.ts'
import { cpuNanosecondsOfFamily } from './cost.ts'
import { median } from './load.ts'
import { printSentence, printTable } from './report.ts'
import type { Options } from './requests.ts'

const ROUNDS = 5
const ANSWER_WAIT_MS = 180_000
const POLL_MS = 10
const STOP_WAIT_MS = 30_000
// Long enough for the work that follows a start.
const IDLE_MS = 10_000
const ROOT = resolve(import.meta.dirname, '../..')

const WAYS = {
  'npm start': ['npm', 'start'],
  'the server alone': [process.execPath, join(ROOT, 'dist/src/main.js')],
} as const

type Way = keyof typeof WAYS

interface Started {
  seconds: number
  /** CPU time until then: of npm and the server, or of the server alone. */
  cpuSeconds: number
  megabytes: number
}

/** Measures and prints. The build is up to date, because `npm run bench` begins with it. */
export async function start({ rounds = ROUNDS }: Pick<Options, 'rounds'>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-bench-'))
  await chmod(folder, 0o711)
  try {
    const first = await startOnce('npm start', folder, 0)
    const later = new Map<Way, Started[]>([
      ['npm start', []],
      ['the server alone', []],
    ])
    for (let round = 0; round < rounds; round++) {
      for (const [way, starts] of later) starts.push(await startOnce(way, folder, IDLE_MS))
    }
    const rowOf = (name: string, { seconds, cpuSeconds }: Pick<Started, 'seconds' | 'cpuSeconds'>) =>
      [name, seconds.toFixed(1), cpuSeconds.toFixed(1)] as const
    const middleOf = (starts: readonly Started[]) => ({
      seconds: median(starts.map((one) => one.seconds)),
      cpuSeconds: median(starts.map((one) => one.cpuSeconds)),
    })
    printTable(
      'To the first answer',
      ['seconds', 'CPU seconds'],
      [
        rowOf('npm start, with cluster, migrations and demo world', first),
        ...[...later].map(([way, starts]) => rowOf(`${way}, from then on (median of ${rounds})`, middleOf(starts))),
      ],
    )
    const megabytes = median([...later.values()].flat().map((one) => one.megabytes))
    printSentence(`the server's process after ${IDLE_MS / 1_000} idle seconds: ${megabytes.toFixed(0)} MB resident`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function startOnce(way: Way, folder: string, idleMs: number): Promise<Started> {
  const port = await freePort()
  const [program, ...words] = WAYS[way]
  const startedAt = performance.now()
  const child = spawn(program, words, {
    cwd: ROOT,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), DATA_DIR: join(folder, 'data') },
  })
  try {
    const url = `http://127.0.0.1:${port}`
    await untilAnswer(url, child)
    const seconds = (performance.now() - startedAt) / 1_000
    const cpuSeconds = (await cpuNanosecondsOfFamily(child.pid ?? 0)) / 1e9
    await pause(idleMs)
    return { seconds, cpuSeconds, megabytes: await residentMegabytes(url) }
  } finally {
    await stop(child)
    await untilStopped(folder)
  }
}

async function untilAnswer(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + ANSWER_WAIT_MS
  const body = JSON.stringify({ query: '{ tasks(first: 1) { nodes { id } } }' })
  const headers = { 'content-type': 'application/json' }
  while (performance.now() < deadline && child.exitCode === null) {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body }).catch(() => undefined)
    if (response?.ok && (await response.text()).includes('"nodes"')) return
    await pause(POLL_MS)
  }
  throw new Error('The server does not answer.')
}

async function residentMegabytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  // Not the process group: npm forwards the signal, and a second signal ends the server at once.
  child.kill('SIGTERM')
  await Promise.race([ended, pause(STOP_WAIT_MS, undefined, { ref: false })])
}

// npm may end before its server has stopped the database.
async function untilStopped(folder: string): Promise<void> {
  const deadline = performance.now() + STOP_WAIT_MS
  while (performance.now() < deadline) {
    const isRunning = await access(join(folder, 'data/postgres/postmaster.pid')).then(
      () => true,
      () => false,
    )
    if (!isRunning) return
    await pause(POLL_MS)
  }
  throw new Error('The database did not stop.')
}
