/**
 * `npm run bench [-- NAME] [--data FOLDER] [--rounds N] [--requests N] [--only row,list]`: measurements, each beside a
 * baseline in the same run, printed as ratios first.
 */
import { parseArgs } from 'node:util'
import { log } from './log.ts'
import { requests } from './requests.ts'
import { uploads } from './uploads.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    rounds: { type: 'string' },
    requests: { type: 'string' },
    only: { type: 'string' },
  },
})
const options = {
  data: values.data,
  rounds: values.rounds === undefined ? undefined : Number(values.rounds),
  requests: values.requests === undefined ? undefined : Number(values.requests),
  only: values.only,
}

const BENCHES = { requests: () => requests(options), log, uploads }

const name = positionals[0] ?? 'requests'
if (!(name in BENCHES)) {
  console.error(`Name one of: ${Object.keys(BENCHES).join(', ')}.`)
  process.exit(1)
}
await BENCHES[name as keyof typeof BENCHES]()
