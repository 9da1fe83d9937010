import { readdir } from 'node:fs/promises'
import { expect } from 'vitest'
import type { TestApp } from './app.ts'

/** Returns the names of all files in the data directory, including incomplete ones. */
export async function storedFiles({ config }: Pick<TestApp, 'config'>): Promise<string[]> {
  const entries = await readdir(config.dataDirectory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
}

/** Runs `work`, and expects this number of new files on disk and in the database. */
export async function keeping<Result>(
  app: TestApp,
  more: 'nothing' | { files: number },
  work: () => Promise<Result>,
): Promise<Result> {
  const count = async () => [(await storedFiles(app)).length, await app.prisma.attachment.count()]
  const [onDisk = 0, inDatabase = 0] = await count()
  const result = await work()
  const added = more === 'nothing' ? 0 : more.files
  // Polls, because an interrupted file is removed shortly after the response.
  await expect.poll(count, { timeout: 10_000 }).toEqual([onDisk + added, inDatabase + added])
  return result
}
