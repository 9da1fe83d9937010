/** Each fault in the table of .github/MONEY.md has a test, by its name. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const PAGE = resolve(import.meta.dirname, '../../.github/MONEY.md')

test('every fault in the table of .github/MONEY.md names a test that exists', async () => {
  const page = await readFile(PAGE, 'utf8')
  const [, table = ''] = page.split('## Faults that cannot happen here')
  const rows = [...table.matchAll(/^\|.*\| \[([^\]]+)\]\(\.\.\/([^)]+)\) \|$/gm)]
  expect(rows).toHaveLength(table.split('\n').filter((line) => line.startsWith('| ')).length - 1)
  expect(rows.length).toBeGreaterThan(15)
  const missing: string[] = []
  for (const [, name = '', path = ''] of rows) {
    const source = await readFile(resolve(PAGE, '../..', path), 'utf8')
    if (!source.includes(name)) missing.push(`${path}: ${name}`)
  }
  expect(missing).toEqual([])
})
