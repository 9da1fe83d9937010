// Loaded into a server before it starts: at SIGWINCH, which means nothing to it, it collects its garbage and writes what is left.
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

process.on('SIGWINCH', async () => {
  // What is finalised in one turn lets go of something that the next collection finds.
  for (let round = 0; round < 3; round++) {
    collect()
    await turn()
  }
  process.stdout.write(`${JSON.stringify({ memory: process.memoryUsage() })}\n`)
})
