// Around `npm pack`: the package that others install is the SDK alone. Before, it is compiled into dist/sdk, and package.json
// is left without what only the server needs: whoever installs the SDK must not get a database. After, it is put back.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEPT = ['name', 'version', 'description', 'license', 'type', 'engines', 'exports', 'files']
const WHOLE = 'dist/package.whole.json'

process.chdir(join(import.meta.dirname, '..'))
if (process.argv.includes('--after')) putBack()
else prepare()

function prepare() {
  putBack() // What a run that was cut off has left.
  rmSync('dist/sdk', { recursive: true, force: true })
  const compiler = ['node_modules/typescript/bin/tsc', '-p', '.config/tsconfig.sdk.json']
  // On stderr: stdout belongs to npm, which may be asked for JSON.
  const { status } = spawnSync(process.execPath, compiler, { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(1)
  const whole = readFileSync('package.json', 'utf8')
  const kept = Object.entries(JSON.parse(whole)).filter(([name]) => KEPT.includes(name))
  writeFileSync(WHOLE, whole)
  writeFileSync('package.json', `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`)
}

function putBack() {
  if (existsSync(WHOLE)) renameSync(WHOLE, 'package.json')
}
