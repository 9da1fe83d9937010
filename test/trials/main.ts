/** `npm run trials -- NAME [--seeds N] [--from SEED]`: the long proofs. Each seed can be run again by its number. */
import { parseArgs } from 'node:util'
import { chats } from './chats.ts'
import { crash } from './crash.ts'
import { events } from './events.ts'
import { queue } from './queue.ts'
import { races } from './races.ts'
import { uploads } from './uploads.ts'

const TRIALS = { crash, races, chats, queue, events, uploads }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string' }, from: { type: 'string', default: '1' } },
})

const name = positionals[0] ?? ''
if (!(name in TRIALS)) {
  console.error(`Name one of: ${Object.keys(TRIALS).join(', ')}.`)
  process.exit(1)
}
const trial = TRIALS[name as keyof typeof TRIALS]
await trial({ from: Number(values.from), ...(values.seeds && { seeds: Number(values.seeds) }) })
