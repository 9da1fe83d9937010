/** Data that were copied or restored by another user, which PostgreSQL may not read, and says so in no words of use. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './embeddedError.ts'
import type { Account } from './ordinaryUser.ts'

/** Refuses a data directory that belongs to another user than the one that PostgreSQL runs as, or that has such files in it. */
export async function refuseForeignFiles(dataDirectory: string, account: Account | undefined): Promise<void> {
  const user = account?.uid ?? process.getuid?.()
  const directory = await stat(dataDirectory).catch(() => undefined)
  if (user === undefined || !directory) return
  // Of a directory that is somebody else's the files need not be seen.
  const files = directory.uid === user ? await readdir(dataDirectory) : []
  const owners = await Promise.all(files.map(async (name) => (await stat(join(dataDirectory, name))).uid))
  const owner = [directory.uid, ...owners].find((uid) => uid !== user)
  if (owner === undefined) return
  throw new EmbeddedPostgresError(
    `The database in ${dataDirectory} belongs to the user ${owner}, or some of its files do, and PostgreSQL runs as the user ${user}: give it to that one with "chown -R ${user} ${dataDirectory}/".`,
  )
}
