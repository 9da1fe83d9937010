/** What processes have cost so far, from /proc: a bench that asked them would measure its own questions too. */
import { readdir, readFile } from 'node:fs/promises'

/** Nanoseconds on a processor, all threads together. NaN where the system does not tell, that is, anywhere but on Linux. */
export async function cpuNanoseconds(processId: number): Promise<number> {
  const threads = await readdir(`/proc/${processId}/task`).catch(() => undefined)
  if (!threads) return Number.NaN
  const spent = await Promise.all(threads.map((thread) => spentBy(`/proc/${processId}/task/${thread}/schedstat`)))
  return spent.reduce((sum, one) => sum + one, 0)
}

// A thread may have ended between the look at the list and the look at it.
async function spentBy(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '0')
  return Number(text.split(' ', 1)[0])
}

/** Nanoseconds of a PostgreSQL and all its backends that live now. */
export async function cpuNanosecondsOfFamily(parentId: number): Promise<number> {
  const family = [parentId, ...(await childrenOf(parentId))]
  const spent = await Promise.all(family.map(cpuNanoseconds))
  return spent.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0)
}

async function childrenOf(parentId: number): Promise<number[]> {
  const text = await readFile(`/proc/${parentId}/task/${parentId}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean).map(Number)
}

/** The most memory that a process has had resident so far, in megabytes. */
export async function peakMegabytes(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]
  return kilobytes ? Math.round(Number(kilobytes) / 1_024) : Number.NaN
}

/** The process id of the PostgreSQL whose data is in this folder. */
export async function postmasterOf(dataFolder: string): Promise<number> {
  return Number((await readFile(`${dataFolder}/postmaster.pid`, 'utf8')).split('\n', 1)[0])
}
