/**
 * `npm run bench [-- NAME] [--data FOLDER] [--rounds N] [--requests N] [--only row,list]`: measurements, each beside a
 * baseline in the same run, printed as ratios first. `--url URL [--token TOKEN]` sends requests to a server that runs already.
 * `--record` writes the figures into FIGURES.md.
 */
import { readCommandLine } from '../support/servers/commandLine.ts'
import { races } from '../trials/races.ts'
import { bulk } from './bulk.ts'
import { chat } from './chat.ts'
import { everyOperation } from './everyOperation/everyOperation.ts'
import { ledger } from './ledger.ts'
import { list } from './list.ts'
import { log } from './log.ts'
import { reconciliation } from './reconciliation.ts'
import { recordFigures } from './report.ts'
import { requests } from './requests.ts'
import { start } from './start.ts'
import { uploads } from './uploads.ts'

const NAMES = [
  'requests',
  'chat',
  'list',
  'bulk',
  'operations',
  'start',
  'races',
  'log',
  'uploads',
  'ledger',
  'reconciliation',
] as const

const { name, texts, counts, flags } = readCommandLine({
  names: NAMES,
  fallback: 'requests',
  texts: ['data', 'only', 'url', 'token'],
  counts: ['rounds', 'requests'],
  flags: ['record'],
})
const options = {
  data: texts.data,
  rounds: counts.rounds,
  requests: counts.requests,
  only: texts.only,
  url: texts.url,
  token: texts.token,
}

const BENCHES: Record<(typeof NAMES)[number], () => Promise<void>> = {
  requests: () => requests(options),
  chat: () => chat(options),
  list: () => list(options),
  bulk: () => bulk(options),
  operations: () => everyOperation(options),
  start: () => start(options),
  // The trial checks who wins; its figures are the bench's too.
  races: () => races(options.rounds === undefined ? {} : { seeds: options.rounds }),
  log,
  uploads: () => uploads(options),
  ledger: () => ledger(options),
  reconciliation: () => reconciliation(options),
}

await BENCHES[name]()
if (flags.includes('record') && texts.url === undefined) {
  const given = Object.entries({ ...counts, only: texts.only }).filter(([, value]) => value !== undefined)
  await recordFigures(
    name,
    ['npm run bench --', name, ...given.map(([option, value]) => `--${option} ${value}`)].join(' '),
  )
}
