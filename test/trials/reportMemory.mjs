// Loaded into a server before it starts: at SIGWINCH, which the server does not use, it collects garbage and writes the memory in use.
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

process.on('SIGWINCH', async () => {
  // A finalizer of one collection may release objects for the next.
  for (let round = 0; round < 3; round++) {
    collect()
    await turn()
  }
  process.stdout.write(`${JSON.stringify({ memory: process.memoryUsage() })}\n`)
})
