/**
 * Kills the server with SIGKILL at a named point of the story, starts it again, and continues with the same idempotency keys. Traps freeze
 * a process exactly at the point, so every kill comes where its name says. For every point the story ends in the same state, each object
 * moved money once, and the ledger is sound.
 */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { LedgerHealthDocument } from '../../schema/sdk/index.ts'
import type { Cast, CrashProvider, Kill } from './crashKill.ts'
import { crashSandbox } from './crashSandbox.ts'
import { checkEnd, playStory } from './crashStory.ts'
import { crashStripe } from './crashStripe.ts'
import { type Ground, prepareGround } from './ground.ts'

const REACH_WAIT_MS = 60_000
// Access tokens end after an hour, and a run on a busy machine may take longer.
const CAST_MS = 1_800_000
const OUTPUT_SHOWN = 2_000

const PROVIDERS: Record<string, CrashOptions> = {
  sandbox: { open: async () => crashSandbox(), lanes: 1 },
  // A start is most of a kill, and takes one processor.
  stripe: { open: crashStripe, lanes: 2 },
}

interface CrashOptions {
  open(): Promise<CrashProvider>
  /** The number of grounds, each with its own database, server and provider, between which the stories are divided. */
  lanes: number
}

/** Plays `seeds` stories from seed `from`, each with another kill; by default all of the provider. Fails at the first other end. */
export async function crash({
  from,
  seeds,
  provider: name = 'sandbox',
  lanes: lanesMax,
}: {
  from: number
  seeds?: number
  provider?: string
  /** The number of grounds; that of the provider if it is absent. */
  lanes?: number
}): Promise<void> {
  const options = PROVIDERS[name]
  if (!options) throw new Error('--provider must be sandbox or stripe.')
  const begun = performance.now()
  const first = await options.open()
  const count = seeds ?? first.seedsOfAll
  const turns = { next: from, end: from + count, hits: [] as Kill[] }
  const others = Array.from({ length: Math.min(lanesMax ?? options.lanes, count) - 1 }, options.open)
  const lanes = [first, ...(await Promise.all(others))]
  const ends = await Promise.allSettled(lanes.map((provider) => playLane(provider, turns)))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  first.report(turns.hits)
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
  console.log(`${count} crashes in ${minutes} min: every story ended in the same state.`)
  console.log('One movement per object; the ledger is sound.')
}

interface Trial {
  ground: Ground
  cast: Cast
  provider: CrashProvider
}

/** Plays stories on one ground until none is left, or another lane has failed. */
async function playLane(provider: CrashProvider, turns: { next: number; end: number; hits: Kill[] }): Promise<void> {
  const ground = await prepareGround(provider.stage)
  try {
    await ground.start()
    let cast = await castOf(ground)
    let castUntil = performance.now() + CAST_MS
    await provider.begin(ground, cast)
    while (turns.next < turns.end) {
      const seed = turns.next++
      const kill = provider.killOf(seed)
      const begun = performance.now()
      await playWithCrash({ ground, cast, provider }, kill, seed)
      turns.hits.push(kill)
      const seconds = ((performance.now() - begun) / 1000).toFixed(1)
      console.log(`seed ${seed}: killed at ${kill.place}, ${kill.point} (${seconds} s)`)
      if (performance.now() < castUntil) continue
      cast = await castOf(ground)
      castUntil = performance.now() + CAST_MS
      await provider.begin(ground, cast)
    }
    const { ledgerHealth } = await cast.admin.send(LedgerHealthDocument)
    assert.equal(ledgerHealth?.ok, true, JSON.stringify(ledgerHealth))
    await provider.checkBooks()
  } catch (error) {
    turns.next = turns.end
    console.error(`The last output of the server:\n${ground.output().slice(-OUTPUT_SHOWN)}`)
    throw error
  } finally {
    await ground.end()
    await provider.end()
  }
}

const castOf = async (ground: Ground): Promise<Cast> => ({
  poster: await ground.client('Poster'),
  tasker: await ground.client('Tasker'),
  finance: await ground.client('Finance', 'FINANCE'),
  admin: await ground.client('Admin', 'ADMIN'),
})

async function playWithCrash({ ground, cast, provider }: Trial, kill: Kill, seed: number): Promise<void> {
  const { story: kind, step } = kill
  const name = `crash ${seed}`
  const move = () => provider.moveClock(cast)
  let isOver = false
  async function killAndStart(reached: Promise<void>): Promise<void> {
    await expectSoon(reached, kill)
    await ground.kill()
    await provider.afterKill(kill)
    await leasesRunOut(ground)
    await ground.start()
    await provider.afterStart(kill, seed)
    isOver = true
  }
  let [begin, abandon] = [(_reached: Promise<void>) => {}, () => {}]
  const killed = new Promise<void>((resolve, reject) => {
    begin = (reached) => void killAndStart(reached).then(resolve, reject)
    abandon = () => reject(new assert.AssertionError({ message: `The story has no step ${step}.` }))
  })
  // A story that failed rejects with its own reason.
  const endAsTold = <Told>(all: Told): Told => {
    abandon()
    return all
  }
  const told = playStory(ground, cast, {
    name,
    kind,
    clock: { mayMove: () => isOver, move },
    async atStep(current) {
      if (current !== step) return
      const { reached } = await provider.setTrap(kill, cast)
      begin(reached)
      abandon = () => {}
    },
  })
  const [first] = await Promise.all([told.then(endAsTold), killed])
  const again = await playStory(ground, cast, {
    name,
    kind,
    clock: { mayMove: () => true, move },
    async atStep() {},
  })
  assert.deepEqual(again.ids, first.ids, 'the same keys give the same answers')
  assert.ok(again.replayed.every(Boolean), 'every answer of the second telling is a replay')
  await checkEnd({ ground, cast, provider }, kind, again.ids)
}

async function expectSoon(reached: Promise<void>, { place, point }: Kill): Promise<void> {
  const waiting = new AbortController()
  const tooLate = pause(REACH_WAIT_MS, true, { signal: waiting.signal }).catch(() => false)
  const isLate = await Promise.race([reached.then(() => false), tooLate])
  waiting.abort()
  if (isLate) throw new assert.AssertionError({ message: `${place} never came to the point ${point}.` })
}

/** Leases expire 15 seconds after their worker died; a trial does not wait for them. */
async function leasesRunOut({ database }: Ground): Promise<void> {
  await database.run`
    /* trialHoldLeases */
    update holds
    set lease_until = clock_timestamp()
    where lease_until is not null`
  await database.run`
    /* trialTransferLeases */
    update transfers
    set lease_until = clock_timestamp()
    where lease_until is not null`
  await database.run`
    /* trialReversalLeases */
    update reversals
    set lease_until = clock_timestamp()
    where lease_until is not null`
  await database.run`
    /* trialRefundLeases */
    update refunds
    set lease_until = clock_timestamp()
    where lease_until is not null`
}
