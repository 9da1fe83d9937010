/** `npm run bench -- NAME`: measurements, each beside a baseline in the same run, printed as ratios first. */
import { log } from './log.ts'

const BENCHES = { log }

const name = process.argv[2] ?? ''
if (!(name in BENCHES)) {
  console.error(`Name one of: ${Object.keys(BENCHES).join(', ')}.`)
  process.exit(1)
}
await BENCHES[name as keyof typeof BENCHES]()
