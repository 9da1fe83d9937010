/** CPU and memory of processes, from /proc, because a query to a process would be part of the measurement. */
import { readdir, readFile } from 'node:fs/promises'

/** CPU time of all threads in nanoseconds. NaN on systems other than Linux. */
export async function cpuNanoseconds(processId: number): Promise<number> {
  const threads = await readdir(`/proc/${processId}/task`).catch(() => undefined)
  if (!threads) return Number.NaN
  const spent = await Promise.all(threads.map((thread) => spentBy(`/proc/${processId}/task/${thread}/schedstat`)))
  return spent.reduce((sum, one) => sum + one, 0)
}

// A thread may have ended since the list was read.
async function spentBy(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '0')
  return Number(text.split(' ', 1)[0])
}

/** CPU time of a PostgreSQL and its current backends in nanoseconds. */
export async function cpuNanosecondsOfFamily(parentId: number): Promise<number> {
  const family = [parentId, ...(await childrenOf(parentId))]
  const spent = await Promise.all(family.map(cpuNanoseconds))
  return spent.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0)
}

async function childrenOf(parentId: number): Promise<number[]> {
  const text = await readFile(`/proc/${parentId}/task/${parentId}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean).map(Number)
}

/** Peak resident memory of a process in megabytes. */
export async function peakMegabytes(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]
  return kilobytes ? Math.round(Number(kilobytes) / 1_024) : Number.NaN
}

/** The process id of the PostgreSQL with its data in this folder. */
export async function postmasterOf(dataFolder: string): Promise<number> {
  return Number((await readFile(`${dataFolder}/postmaster.pid`, 'utf8')).split('\n', 1)[0])
}
