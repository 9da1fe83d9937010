// PostgreSQL refuses to run as root, so root runs it as an ordinary user.
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'

export type Account = Readonly<{ uid: number; gid: number }>

/** The place for files that the ordinary user cannot reach in the checkout, such as one below /root. */
export const SYSTEM_STATE_DIRECTORY = '/var/lib/errand'

const NAMES = ['postgres', 'nobody'] // The first exists where PostgreSQL is installed, the second everywhere.
const run = promisify(execFile)

/**
 * The account to run PostgreSQL as; undefined if this process runs as an ordinary user. An existing data directory keeps its owner.
 * Throws if root finds no ordinary user.
 */
export async function ordinaryUser(dataDirectory: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(dataDirectory).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const name of NAMES) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined)
    if (ids) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) }
  }
  throw new Error(
    `PostgreSQL does not run as root, and this machine has no user ${NAMES.join(' or ')}: create one, or set DATABASE_URL.`,
  )
}

/** True if the account can enter the directory, or run the file, at this path. */
export async function canReach(account: Account, path: string): Promise<boolean> {
  const identity = { uid: account.uid, gid: account.gid, cwd: '/' }
  return run('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], identity).then(
    () => true,
    () => false,
  )
}

/** Makes the account the owner of the path and of everything below it. */
export async function giveTo(account: Account, path: string): Promise<void> {
  await run('chown', ['-R', `${account.uid}:${account.gid}`, path])
}
