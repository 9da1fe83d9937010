import { readdir } from 'node:fs/promises'
import { expect } from 'vitest'
import type { TestApp } from './app.ts'

/** The names of everything that the server keeps on disk, finished or not. */
export async function storedFiles({ config }: Pick<TestApp, 'config'>): Promise<string[]> {
  const entries = await readdir(config.dataDirectory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
}

/** Does the work, which must leave as many files more as is said, on disk and in the database alike. */
export async function keeping<Result>(
  app: TestApp,
  more: 'nothing' | { files: number },
  work: () => Promise<Result>,
): Promise<Result> {
  const count = async () => [(await storedFiles(app)).length, await app.prisma.attachment.count()]
  const [onDisk = 0, inDatabase = 0] = await count()
  const result = await work()
  const added = more === 'nothing' ? 0 : more.files
  // A file that was cut off is removed a moment after its sender was answered.
  await expect.poll(count, { timeout: 10_000 }).toEqual([onDisk + added, inDatabase + added])
  return result
}
