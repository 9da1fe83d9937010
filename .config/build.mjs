// Makes a checkout runnable and does nothing that is done already: Prisma's client is generated when the schema has
// changed, the program compiled when a source has. With `--generate` it is not compiled, for what runs under tsx.
// Types are not checked here but by `npm run check`: the first start is to be quick.
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

/** Does the work unless it was done with the same inputs, and remembers that it succeeded. */
function bring(name, hash, done, work) {
  const stamps = existsSync(stampsFile) ? JSON.parse(readFileSync(stampsFile, 'utf8')) : {}
  if (done && stamps[name] === hash) return
  work()
  writeFileSync(stampsFile, JSON.stringify({ ...stamps, [name]: hash }))
}

/** Runs a package's program; what it says is shown only when it fails. */
function run(program, programArguments) {
  const env = {
    ...process.env,
    PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter), // Prisma calls its generators by name.
    CHECKPOINT_DISABLE: '1', // No look for a newer version: there may be no network.
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
    .filter((path) => !path.startsWith(generated)) // They follow from the schema, whose hash is counted.
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
