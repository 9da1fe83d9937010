/** Finds the root folder of the package, because this file runs as src/packageRoot.ts and as dist/src/packageRoot.js. */
import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The folder of package.json, found once at start. */
export const packageRoot = await rootAbove(import.meta.dirname)

/** The version in package.json. */
export const version: string = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')).version

async function rootAbove(directory: string): Promise<string> {
  const found = await access(join(directory, 'package.json')).then(
    () => true,
    () => false,
  )
  if (found) return directory
  const parent = dirname(directory)
  if (parent === directory) throw new Error('No package.json was found above the program.')
  return rootAbove(parent)
}
