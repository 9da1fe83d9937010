/** The reliance on internals of pg is bound to the versions that it was tried with. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { refuseUntestedPg, TESTED } from '../../src/db/wire/pgInternals.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const packageJson = async () => JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))

test('the installed versions are accepted', () => {
  expect(() => refuseUntestedPg()).not.toThrow()
  expect(() => refuseUntestedPg([TESTED])).not.toThrow()
})

test.each(Object.keys(TESTED))('another version of %s is refused, also where only one of two copies has it', (name) => {
  for (const other of [`${TESTED[name]}-next`, '99.0.0', undefined]) {
    const installed = { ...TESTED, [name]: other }
    const message = `src/db/wire/pgInternals.ts was not tried with ${name} ${other ?? '(not found)'} instead of ${TESTED[name]}.`
    expect(() => refuseUntestedPg([installed])).toThrow(message)
    expect(() => refuseUntestedPg([TESTED, installed])).toThrow(message)
  }
})

test('package.json pins the tested versions', async () => {
  const { dependencies, overrides } = await packageJson()
  expect({ ...overrides, ...dependencies }).toMatchObject(TESTED)
})

test('no other file of the server reaches into pg', async () => {
  const names = (await readdir(join(ROOT, 'src'), { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.includes('generated/') && name !== 'db/wire/pgInternals.ts',
  )
  const reaching: string[] = []
  for (const name of names) {
    const text = await readFile(join(ROOT, 'src', name), 'utf8')
    if (/from 'pg(-protocol|-pool|\/)|\.connection\.stream|\.processID\b|pg\.Submittable/.test(text))
      reaching.push(name)
  }
  expect(reaching).toEqual([])
})
