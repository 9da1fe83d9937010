/**
 * Lets requests that concern one task meet in many schedules of their statements, on a real PostgreSQL. Every schedule must end as a serial
 * order of the transactions does, without an error towards the client. Writes its report to INTERLEAVINGS.md.
 */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { migrate } from '../../../src/db/migrate.ts'
import { startEmbeddedPostgres } from '../../../src/embeddedPostgres/embedded.ts'
import { runStatement, urlOfDatabase } from '../../support/servers/server.ts'
import type { Tally } from './meeting.ts'
import { ALL_SITUATIONS, exploringPair, pairsOf, Situations, situationOf, tripleOf } from './meetings.ts'
import { reportOf } from './report.ts'
import type { RequestName } from './requests.ts'
import type { SituationName } from './situations.ts'
import { type Stage, setStage } from './stage.ts'

const REPORT = join(import.meta.dirname, '../INTERLEAVINGS.md')
const TRIPLES = 300
/** Stages that work at once. A schedule mostly waits for round trips, so more than one keep a processor busy. */
const STAGES = 5

/** What requests came to that met in a situation. */
export interface Met {
  situation: SituationName
  names: readonly RequestName[]
  tally: Tally
}

/** A part of the work, done on one stage. */
type Part = (situations: Situations, note: (met: Met) => void) => Promise<void>

/**
 * Explores all pairs, and `seeds` triples (300 by default). From another seed than 1, explores only the triples, without a report: to
 * repeat one that failed, or to try more.
 */
export async function interleavings({ from, seeds = TRIPLES }: { from: number; seeds?: number }): Promise<void> {
  const startedAt = Date.now()
  const triples = Array.from({ length: seeds }, (_, index) => from + index)
  const explored = new Set<string>()
  const pairs = ALL_SITUATIONS.map((name) => pairsIn(name, explored))
  const parts = [...(from === 1 ? pairs : []), ...triplesBySituation(triples)]
  const mets = await onStages(parts)
  const faults = mets.flatMap(({ tally }) => tally.faults)
  if (from === 1) {
    await writeFile(REPORT, reportOf(mets, { triples: seeds, ms: Date.now() - startedAt }))
    console.log(`The report is in ${REPORT}.`)
  }
  const schedules = mets.reduce((sum, { tally }) => sum + tally.schedules, 0)
  console.log(`${mets.length} meetings, ${schedules} schedules, ${faults.length} faults`)
  assert.equal(faults.length, 0)
}

const pairsIn =
  (name: SituationName, explored: Set<string>): Part =>
  async (situations, note) => {
    const { meeting, possible } = await situations.at(name)
    for (const names of pairsOf(possible)) {
      const tally = await meeting.meet(meeting.requests(names), exploringPair(names, possible, explored))
      note({ situation: name, names, tally })
    }
  }

/** Triples of one situation together, because each situation is then created once. */
function triplesBySituation(seeds: readonly number[]): Part[] {
  return ALL_SITUATIONS.map((name) => async (situations, note) => {
    const { meeting, possible } = await situations.at(name)
    for (const seed of seeds.filter((one) => situationOf(one) === name)) {
      const { names, explore } = tripleOf(seed, possible)
      const tally = await meeting.meet(meeting.requests(names), explore)
      if (tally.faults.length > 0) console.log(`seed ${seed}:`)
      note({ situation: name, names, tally })
    }
  })
}

async function onStages(parts: readonly Part[]): Promise<Met[]> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-interleavings-'))
  // If this process is root, the database runs as an ordinary user, who must reach its files.
  await chmod(folder, 0o711)
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'postgres'),
    log: pino({ level: 'warn' }),
    durable: false,
  })
  const stages: Stage[] = []
  try {
    await migrate(postgres.connectionString)
    const mets: Met[] = []
    const queue = [...parts]
    const work = async (stage: Stage) => {
      const situations = new Situations(stage)
      for (let part = queue.shift(); part; part = queue.shift()) {
        await part(situations, (met) => {
          mets.push(met)
          print(met)
        })
      }
    }
    for (let index = 1; index <= STAGES; index++) {
      const name = `stage_${index}`
      await runStatement(
        urlOfDatabase(postgres.connectionString, 'postgres'),
        `create database ${name} template errand`,
      )
      stages.push(await setStage(urlOfDatabase(postgres.connectionString, name)))
    }
    await Promise.all(stages.map(work))
    return mets
  } finally {
    for (const stage of stages) await stage.close()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function print({ situation, names, tally }: Met): void {
  const { schedules, faults } = tally
  console.log(`${situation}: ${names.join(' + ')}: ${schedules} schedules, ${faults.length} faults`)
  const [fault] = faults
  if (fault) console.log(`  ${fault.what}\n  ${fault.schedule.join(', ')}`)
}
