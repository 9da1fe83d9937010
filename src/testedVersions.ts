/** For code that patches a package or relies on its internals: such code was tried with exact versions only. */
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Exact versions by the name of their package. */
export type Versions = Readonly<Record<string, string | undefined>>

/** Throws unless every package is installed in the version that the patches in `file` were tried with. */
export function refuseUntestedVersions(file: string, tested: Versions, installed: Versions): void {
  const wrong = Object.entries(tested).filter(([name, version]) => installed[name] !== version)
  if (wrong.length === 0) return
  const found = wrong.map(([name, version]) => `${name} ${installed[name] ?? '(not found)'} instead of ${version}`)
  throw new Error(
    `${file} was not tried with ${found.join(', ')}. Install the tested version, or check each patch in the file and change the version there.`,
  )
}

/** The versions of these packages as Node finds them from a module. */
export const installedVersions = (names: readonly string[], module: string): Versions =>
  Object.fromEntries(names.map((name) => [name, installedVersion(name, module)]))

// Read from package.json by its path, because many packages do not export it.
function installedVersion(name: string, module: string): string | undefined {
  const require = createRequire(module)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return require(join(folder, name, 'package.json')).version
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}
