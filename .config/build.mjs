// Incremental build: generates Prisma's client if the schema has changed, and compiles the program if a source has changed.
// With `--generate` it does not compile, for programs that run under tsx. `npm run check` checks types, so that the first
// start is fast.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..')
const stampsFile = 'dist/.stamps.json'
const generated = 'src/db/generated'

process.chdir(root)
if (!existsSync('node_modules')) fail('The packages are not installed: run `npm ci` first.')
mkdirSync('dist', { recursive: true })

const schemaHash = hashOf([
  'prisma/schema.prisma',
  '.config/prisma.ts',
  '.config/describeModels.mjs',
  'package-lock.json',
])
bring('generate', schemaHash, existsSync(join(generated, 'client.ts')), () => {
  run('node_modules/prisma/build/index.js', ['generate', '--config', '.config/prisma.ts', '--no-hints'])
})
if (!process.argv.includes('--generate')) {
  const sources = ['src', 'prisma'].flatMap(sourcesIn)
  const sourceHash = hashOf(['tsconfig.json', '.config/tsconfig.build.json', ...sources]) + schemaHash
  bring('compile', sourceHash, existsSync('dist/src'), () => {
    run('node_modules/typescript/bin/tsc', ['-p', '.config/tsconfig.build.json'])
  })
}

/** Does the work unless it was done with the same inputs, and stores the hash of the inputs after success. */
function bring(name, hash, done, work) {
  const stamps = existsSync(stampsFile) ? JSON.parse(readFileSync(stampsFile, 'utf8')) : {}
  if (done && stamps[name] === hash) return
  work()
  writeFileSync(stampsFile, JSON.stringify({ ...stamps, [name]: hash }))
}

/** Runs a program of a package; prints its output only if it fails. */
function run(program, programArguments) {
  const env = {
    ...process.env,
    PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter), // Prisma calls its generators by name.
    CHECKPOINT_DISABLE: '1', // No check for updates, because there may be no network.
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...programArguments], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0) fail(`${stdout}${stderr}`)
}

function sourcesIn(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(generated)) // The hash of the schema covers them.
    .sort()
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function fail(message) {
  process.stderr.write(`${message.trim()}\n`)
  process.exit(1)
}
