/** Data that another user copied or restored: PostgreSQL cannot read them, and its own message does not help. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './embeddedError.ts'
import type { Account } from './ordinaryUser.ts'

/** Refuses a data directory if it, or a file in it, belongs to another user than the one that PostgreSQL runs as. */
export async function refuseForeignFiles(dataDirectory: string, account: Account | undefined): Promise<void> {
  const user = account?.uid ?? process.getuid?.()
  const directory = await stat(dataDirectory).catch(() => undefined)
  if (user === undefined || !directory) return
  // If the directory belongs to another user, its files need no check.
  const files = directory.uid === user ? await readdir(dataDirectory) : []
  const owners = await Promise.all(files.map(async (name) => (await stat(join(dataDirectory, name))).uid))
  const owner = [directory.uid, ...owners].find((uid) => uid !== user)
  if (owner === undefined) return
  throw new EmbeddedPostgresError(
    `The database in ${dataDirectory} belongs to the user ${owner}, or some of its files do, and PostgreSQL runs as the user ${user}: change the owner with "chown -R ${user} ${dataDirectory}/".`,
  )
}
