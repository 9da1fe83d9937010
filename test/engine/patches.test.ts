/** Patches of packages refuse versions with which they were not tried. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { refuseUntestedPothos, TESTED as TESTED_POTHOS } from '../../src/engine/pothosPatches.ts'
import { refuseUntestedBusboy, TESTED as TESTED_BUSBOY } from '../../src/http/uploads/busboyPatch.ts'
import { installedVersions } from '../../src/testedVersions.ts'

const patches = [
  ['src/engine/pothosPatches.ts', TESTED_POTHOS, refuseUntestedPothos],
  ['src/http/uploads/busboyPatch.ts', TESTED_BUSBOY, refuseUntestedBusboy],
] as const

describe.each(patches)('%s', (file, tested, refuse) => {
  test('accepts what is installed, and the tested versions', () => {
    expect(() => refuse()).not.toThrow()
    expect(() => refuse({ ...tested })).not.toThrow()
  })

  test.each(Object.entries(tested))('refuses any version of %s but %s', (name, version) => {
    for (const other of ['0.0.1', `${version}-next`]) {
      expect(() => refuse({ ...tested, [name]: other })).toThrow(
        `${file} was not tried with ${name} ${other} instead of ${version}.`,
      )
    }
    expect(() => refuse({ ...tested, [name]: undefined })).toThrow(`${name} (not found)`)
  })

  test('names each package that is wrong', () => {
    const others = Object.fromEntries(Object.keys(tested).map((name) => [name, '99.0.0']))
    for (const name of Object.keys(tested)) expect(() => refuse(others)).toThrow(`${name} 99.0.0`)
  })

  test('was tried with the versions that package.json pins', async () => {
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    )
    for (const [name, version] of Object.entries(tested)) {
      expect(dependencies[name] ?? devDependencies[name], name).toBe(version)
    }
  })
})

test('finds the version of a package that does not export its package.json, and none of one that is not installed', () => {
  const found = installedVersions(['@pothos/core', 'no-such-package'], import.meta.url)
  expect(found).toEqual({ '@pothos/core': TESTED_POTHOS['@pothos/core'], 'no-such-package': undefined })
})
