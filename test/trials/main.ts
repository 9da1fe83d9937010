/** `npm run trials -- NAME [--seeds N] [--from SEED] [--provider NAME]`: the long proofs. A seed can be repeated by its number. */
import { readCommandLine } from '../support/servers/commandLine.ts'
import { chats } from './chats.ts'
import { crash } from './crash.ts'
import { events } from './events.ts'
import { hostile } from './hostile.ts'
import { interleavings } from './interleavings/interleavings.ts'
import { lives } from './lives/lives.ts'
import { moneyRaces } from './moneyRaces.ts'
import { queue } from './queue.ts'
import { races } from './races.ts'
import { uploads } from './uploads.ts'
import { webhooks } from './webhooks.ts'

const TRIALS = { crash, races, chats, queue, events, uploads, lives, interleavings, hostile, moneyRaces, webhooks }

const { name, counts, texts } = readCommandLine({
  names: Object.keys(TRIALS) as (keyof typeof TRIALS)[],
  texts: ['provider'],
  counts: ['seeds', 'from'],
})
const { from = 1, seeds } = counts
await TRIALS[name]({ from, ...(seeds !== undefined && { seeds }), ...texts })
