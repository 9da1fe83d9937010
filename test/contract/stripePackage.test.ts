/** The package of Stripe is loaded by a server that is configured for it, and by no other: it takes 23 MB of disk and a moment to load. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

async function filesOf(folder: string): Promise<[path: string, text: string][]> {
  const names = await readdir(join(ROOT, folder), { recursive: true })
  const paths = names
    .filter((name) => name.endsWith('.ts') && !name.includes('generated/'))
    .map((name) => `${folder}/${name}`)
  return Promise.all(paths.map(async (path) => [path, await readFile(join(ROOT, path), 'utf8')] as const)) as Promise<
    [string, string][]
  >
}

test('only the adapter imports the package, and nothing imports the adapter at the start', async () => {
  const sources = [...(await filesOf('src')), ...(await filesOf('prisma'))]
  const importers = sources.filter(([, text]) => /^import .*'stripe'$/m.test(text)).map(([path]) => path)
  expect(importers.length).toBeGreaterThan(5)
  expect(importers.filter((path) => !path.startsWith('src/payments/stripe/'))).toEqual([])
  const ofAdapter = sources.filter(
    ([path, text]) => !path.startsWith('src/payments/stripe/') && /^import .*\/stripe\/(?!traits)\w+\.ts'$/m.test(text),
  )
  expect(ofAdapter.map(([path]) => path)).toEqual([])
})
