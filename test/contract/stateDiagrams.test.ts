/** The state diagrams of src/README.md are those of the life cycles in the code. */
import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { generatedPages } from '../../.config/generatedPages.ts'
import { LIFE_CYCLES } from '../../src/api/lifeCycles.ts'
import { movesOf } from '../../src/domain/lifeCycle.ts'

const PAGE = 'src/README.md'
const page = await readFile(new URL(`../../${PAGE}`, import.meta.url), 'utf8')

test('src/README.md has the diagrams that npm run generate writes', async () => {
  expect(page).toBe((await generatedPages()).get(PAGE))
})

test('the diagrams have every move of every life cycle', () => {
  for (const [file, lifeCycle] of Object.entries(LIFE_CYCLES)) {
    const [, diagram = ''] = page.split(`Declared in [${file}]`)[1]?.split('```') ?? []
    for (const { from, to } of movesOf(lifeCycle)) expect(diagram, file).toContain(`  ${from} --> ${to}: `)
  }
})

test('every file that declares a life cycle is in the list', async () => {
  const names = await readdir(new URL('../../src', import.meta.url), { recursive: true })
  const declared: string[] = []
  for (const name of names.filter((one) => /Status\.ts$/.test(one))) {
    const text = await readFile(new URL(`../../src/${name}`, import.meta.url), 'utf8')
    if (/: LifeCycle</.test(text)) declared.push(`src/${name}`)
  }
  expect(declared.sort()).toEqual(Object.keys(LIFE_CYCLES).sort())
})
