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
// Access tokens end after an hour, and a long run on a busy machine does not.
const STORIES_PER_CAST = 100

/** Plays `seeds` stories from seed `from`, each with another kill; by default all of the provider. Fails at the first other end. */
export async function crash({
  from,
  seeds,
  provider: name = 'sandbox',
}: {
  from: number
  seeds?: number
  provider?: string
}): Promise<void> {
  if (name === 'sandbox') return crashWith(crashSandbox(), { from, ...(seeds !== undefined && { seeds }) })
  if (name !== 'stripe') throw new Error('--provider must be sandbox or stripe.')
  return crashWith(await crashStripe(), { from, ...(seeds !== undefined && { seeds }) })
}

interface Trial<Any extends Kill> {
  ground: Ground
  cast: Cast
  provider: CrashProvider<Any>
}

async function crashWith<Any extends Kill>(
  provider: CrashProvider<Any>,
  { from, seeds = provider.seedsOfAll }: { from: number; seeds?: number },
): Promise<void> {
  const ground = await prepareGround(provider.stage)
  const hits: Any[] = []
  const begun = performance.now()
  try {
    await ground.start()
    let cast = await castOf(ground)
    await provider.begin(ground, cast)
    for (let seed = from; seed < from + seeds; seed++) {
      if (seed > from && (seed - from) % STORIES_PER_CAST === 0) {
        cast = await castOf(ground)
        await provider.begin(ground, cast)
      }
      const kill = provider.killOf(seed)
      const start = performance.now()
      await playWithCrash({ ground, cast, provider }, kill, seed)
      hits.push(kill)
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      console.log(`seed ${seed}: killed at ${kill.place}, ${kill.point} (${seconds} s)`)
    }
    const { ledgerHealth } = await cast.admin.send(LedgerHealthDocument)
    assert.equal(ledgerHealth?.ok, true, JSON.stringify(ledgerHealth))
    await provider.checkBooks()
  } finally {
    await ground.end()
    await provider.end()
  }
  provider.report(hits)
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
  console.log(
    `${seeds} crashes in ${minutes} min: every story ended in the same state, one movement per object, the ledger is sound.`,
  )
}

const castOf = async (ground: Ground): Promise<Cast> => ({
  poster: await ground.client('Poster'),
  tasker: await ground.client('Tasker'),
  finance: await ground.client('Finance', 'FINANCE'),
  admin: await ground.client('Admin', 'ADMIN'),
})

async function playWithCrash<Any extends Kill>(trial: Trial<Any>, kill: Any, seed: number): Promise<void> {
  const { ground, cast, provider } = trial
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
  const [first] = await Promise.all([told.finally(() => abandon()), killed])
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
