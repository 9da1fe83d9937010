// Builds, then runs the program in the same process. Without a shell in between, signals reach the program on every platform,
// and Windows, whose shell has no `exec`, starts it the same way. `node .config/start.mjs main|worker|dev`.
import { createServer } from 'node:net'

const [node, , name = 'main', ...rest] = process.argv
const PROGRAMS = { main: '../dist/src/main.js', worker: '../dist/src/worker.js', dev: 'tsx/cli' }

if (name !== 'worker') await refuseBusyPort()
process.argv = [node, name, ...(name === 'dev' ? ['--generate'] : [])]
await import('./build.mjs')
process.argv = [node, name, ...(name === 'dev' ? ['watch', 'src/main.ts', '--readable'] : []), ...rest]
await import(PROGRAMS[name])

// The server checks the port, too. It is checked before the build, which takes ten seconds, because it is the most frequent error.
async function refuseBusyPort() {
  const host = process.env.HOST?.trim() || '127.0.0.1'
  const port = Number(process.env.PORT?.trim() || 4000)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return
  const code = await new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => resolve(error.code))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
  if (code !== 'EADDRINUSE') return
  process.stderr.write(
    `Port ${port} of ${host} is in use: stop the program that uses it, or set PORT to another port.\n`,
  )
  process.exit(1)
}
