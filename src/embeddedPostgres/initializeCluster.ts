// Creates a PostgreSQL data directory atomically: the process may be killed at any time, and two may do it at once.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, canReach, giveTo, SYSTEM_STATE_DIRECTORY } from './ordinaryUser.ts'
import { identityOf, isAlive } from './postmaster.ts'

type Cluster = Readonly<{
  dataDirectory: string
  binaries: string
  account: Account | undefined
  superuser: string
  password: string
  durable: boolean
}>

const INITIALIZE_WAIT_MS = 60_000 // initdb takes one second, and ten on a slow disk.
// The first sorts by code point and folds the case of all letters, the same on every machine. It needs PostgreSQL 17.
const LOCALES = [['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'], ['--no-locale']]

/** Creates the data directory unless it exists or another process creates it first. */
export async function initializeCluster(cluster: Cluster): Promise<void> {
  if (await exists(join(cluster.dataDirectory, 'PG_VERSION'))) return
  const home = await reachableHome(cluster)
  const unfinished = `${home}.unfinished-${process.pid}`
  await removeAbandoned(home)
  await mkdir(unfinished, { mode: 0o700 })
  try {
    await initialize(cluster, unfinished)
    await rename(join(unfinished, 'cluster'), home)
    if (home !== cluster.dataDirectory) await symlink(home, cluster.dataDirectory)
  } catch (error) {
    if (!(await exists(join(cluster.dataDirectory, 'PG_VERSION')))) throw error
    if (home !== cluster.dataDirectory) await rm(home, { recursive: true, force: true })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function initialize(cluster: Cluster, unfinished: string): Promise<void> {
  const passwordFile = join(unfinished, 'password')
  await writeFile(passwordFile, cluster.password, { mode: 0o600 })
  if (cluster.account) await giveTo(cluster.account, unfinished)
  const options = ['-D', join(unfinished, 'cluster'), '-U', cluster.superuser, '-A', 'scram-sha-256', '-E', 'UTF8']
  options.push(`--pwfile=${passwordFile}`, ...(cluster.durable ? [] : ['--no-sync']))
  const failures: unknown[] = []
  for (const locale of LOCALES) {
    try {
      const limits = { ...identityOf(cluster.account), timeout: INITIALIZE_WAIT_MS }
      await promisify(execFile)(join(cluster.binaries, 'initdb'), [...options, ...locale], limits)
      return
    } catch (error) {
      failures.push(error)
    }
  }
  throw failures.at(-1)
}

// Another user cannot reach a checkout below /root or in a private home, so the data directory there is a link.
async function reachableHome({ dataDirectory, account }: Cluster): Promise<string> {
  if (account === undefined || (await canReach(account, dirname(dataDirectory)))) return dataDirectory
  await mkdir(SYSTEM_STATE_DIRECTORY, { recursive: true })
  await chmod(SYSTEM_STATE_DIRECTORY, 0o755) // Independent of the umask.
  return join(SYSTEM_STATE_DIRECTORY, `cluster-${randomBytes(6).toString('hex')}`)
}

async function removeAbandoned(home: string): Promise<void> {
  for (const name of await readdir(dirname(home))) {
    const pid = name.startsWith(`${basename(home)}.unfinished-`) ? Number(name.split('-').at(-1)) : undefined
    if (pid === undefined || (pid !== process.pid && isAlive(pid))) continue
    // The initdb of a killed process may still write into it for a second or so.
    await rm(join(dirname(home), name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
