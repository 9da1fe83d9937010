/** Log lines and bytes of 1,000 fast requests: slow operations only, beside a line for each request. */
import { setTimeout as pause } from 'node:timers/promises'
import { createClient, TasksDocument } from '../../schema/sdk/index.ts'
import { prepareGround } from '../trials/ground.ts'
import { printTable } from './report.ts'

const REQUESTS = 1_000
const AT_ONCE = 10
const FLUSH_WAIT_MS = 500

interface Lines {
  lines: number
  bytes: number
}

/** Prints lines and bytes of both. */
export async function log(): Promise<void> {
  const all = await linesOf({ LOG_OPERATIONS: 'all' })
  const slow = await linesOf({ LOG_OPERATIONS: 'slow' })
  const rowOf = (name: string, { lines, bytes }: Lines) =>
    [name, String(lines), String(bytes), lines > 0 ? String(Math.round(bytes / lines)) : '-'] as const
  printTable(
    `The log of ${REQUESTS} fast requests`,
    ['lines', 'bytes', 'bytes a line'],
    [rowOf('a line each', all), rowOf('slow only', slow)],
  )
}

async function linesOf(environment: Record<string, string>): Promise<Lines> {
  const ground = await prepareGround({ worker: 'inline', environment: { LOG_LEVEL: 'info', ...environment } })
  try {
    await ground.start()
    const client = createClient({ url: `${ground.url}/graphql` })
    // Warm-up. The lines of the start are not counted.
    await client.send(TasksDocument, { first: 1 })
    const before = ground.output()
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => client.send(TasksDocument, { first: 1 })))
    }
    // The last lines may still be in the pipe.
    await pause(FLUSH_WAIT_MS)
    const written = ground.output().slice(before.length)
    return { lines: written.split('\n').length - 1, bytes: Buffer.byteLength(written) }
  } finally {
    await ground.end()
  }
}
