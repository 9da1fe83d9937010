/** The table of the environment in .github/OPERATING.md is what src/environmentVariables.ts declares. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { generatedPages } from '../../.config/generatedPages.ts'
import { describeVariables } from '../../src/environmentVariables.ts'

const PAGE = '.github/OPERATING.md'

test('.github/OPERATING.md has the table of the environment that npm run generate writes', async () => {
  const current = await readFile(new URL(`../../${PAGE}`, import.meta.url), 'utf8')
  expect(current).toBe((await generatedPages()).get(PAGE))
})

test('every variable says what it is for', () => {
  const variables = describeVariables()
  expect(variables.length).toBeGreaterThan(40)
  for (const { name, description } of variables) expect(description, name).toMatch(/^[^\n|]+\.$/)
})

test('the defaults are those of a process without variables', () => {
  const defaults = Object.fromEntries(describeVariables().map(({ name, byDefault }) => [name, byDefault]))
  expect(defaults).toMatchObject({ PORT: '4000', DATA_DIR: '.data', GRAPHIQL: 'on', DATABASE_URL: undefined })
})
