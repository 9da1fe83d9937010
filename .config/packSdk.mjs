// Runs before and after `npm pack`, which packs only the SDK. Before: compiles the SDK into dist/sdk, and removes from
// package.json what only the server needs, so that users of the SDK do not install a database. After: restores package.json.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEPT = ['name', 'version', 'description', 'license', 'type', 'engines', 'exports', 'files']
const WHOLE = 'dist/package.whole.json'

process.chdir(join(import.meta.dirname, '..'))
if (process.argv.includes('--after')) restore()
else prepare()

function prepare() {
  restore() // After an interrupted run.
  rmSync('dist/sdk', { recursive: true, force: true })
  const compiler = ['node_modules/typescript/bin/tsc', '-p', '.config/tsconfig.sdk.json']
  // Output to stderr, because npm may print JSON to stdout.
  const { status } = spawnSync(process.execPath, compiler, { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(1)
  const whole = readFileSync('package.json', 'utf8')
  const kept = Object.entries(JSON.parse(whole)).filter(([name]) => KEPT.includes(name))
  writeFileSync(WHOLE, whole)
  writeFileSync('package.json', `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`)
}

function restore() {
  if (existsSync(WHOLE)) renameSync(WHOLE, 'package.json')
}
