/**
 * `npm run bench [-- NAME] [--data FOLDER] [--rounds N] [--requests N] [--only row,list]`: measurements, each beside a
 * baseline in the same run, printed as ratios first. `--url URL [--token TOKEN]` asks a server that runs already.
 */
import { parseArgs } from 'node:util'
import { races } from '../trials/races.ts'
import { bulk } from './bulk.ts'
import { chat } from './chat.ts'
import { everyOperation } from './everyOperation/everyOperation.ts'
import { list } from './list.ts'
import { log } from './log.ts'
import { requests } from './requests.ts'
import { start } from './start.ts'
import { uploads } from './uploads.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    rounds: { type: 'string' },
    requests: { type: 'string' },
    only: { type: 'string' },
    url: { type: 'string' },
    token: { type: 'string' },
  },
})
const options = {
  data: values.data,
  rounds: values.rounds === undefined ? undefined : Number(values.rounds),
  requests: values.requests === undefined ? undefined : Number(values.requests),
  only: values.only,
  url: values.url,
  token: values.token,
}

const BENCHES = {
  requests: () => requests(options),
  chat: () => chat(options),
  list: () => list(options),
  bulk: () => bulk(options),
  operations: () => everyOperation(options),
  start: () => start(options),
  // As a trial it is about who wins, and checks it; its figures are the bench's too.
  races: () => races(options.rounds === undefined ? {} : { seeds: options.rounds }),
  log,
  uploads: () => uploads(options),
}

const name = positionals[0] ?? 'requests'
if (!(name in BENCHES)) {
  console.error(`Name one of: ${Object.keys(BENCHES).join(', ')}.`)
  process.exit(1)
}
await BENCHES[name as keyof typeof BENCHES]()
