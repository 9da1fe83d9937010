/**
 * Kills the server and the worker with SIGKILL at a named point of the story, starts them again, and continues with the same
 * idempotency keys. Proxies freeze a process exactly at the point, so every kill comes where its name says. For every point the
 * story ends in the same state, each object moved money once, and the ledger is sound.
 */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { LedgerHealthDocument, SetSandboxProviderDocument } from '../../schema/sdk/index.ts'
import { printTable } from '../bench/report.ts'
import { type Group, KILLS, type Kill, POINTS, setTrap, startTaps, type Taps } from './crashPoints.ts'
import { type Cast, checkEnd, persist, playStory } from './crashStory.ts'
import { type Ground, prepareGround } from './ground.ts'

/** The least number of kills at each point, in a job and in a webhook, in a run of all. */
const HITS_MIN = 9
const REACH_WAIT_MS = 60_000
// Coprime with the number of kills, so that the seeds of a short run are of different places.
const STRIDE = 37

/** Plays `seeds` stories from seed `from`, each with another kill; by default as many as there are kills. Fails at the first other end. */
export async function crash({ from, seeds = KILLS.length }: { from: number; seeds?: number }): Promise<void> {
  let taps: Taps | undefined
  const ground = await prepareGround({
    worker: 'apart',
    between: async (to) => {
      const started = await startTaps(to)
      taps = started.taps
      return started.between
    },
  })
  if (!taps) throw new Error('There are no proxies.')
  const hits: Kill[] = []
  try {
    await ground.start()
    const cast: Cast = {
      poster: await ground.client('Poster'),
      tasker: await ground.client('Tasker'),
      finance: await ground.client('Finance', 'FINANCE'),
      admin: await ground.client('Admin', 'ADMIN'),
    }
    for (let seed = from; seed < from + seeds; seed++) {
      const kill = KILLS[(seed * STRIDE) % KILLS.length] as Kill
      await playWithCrash({ ground, cast, taps }, kill, seed)
      hits.push(kill)
      console.log(`seed ${seed}: killed at ${kill.place}, ${kill.point}`)
    }
    const { ledgerHealth } = await cast.admin.send(LedgerHealthDocument)
    assert.equal(ledgerHealth?.ok, true, JSON.stringify(ledgerHealth))
  } finally {
    await ground.end()
  }
  report(hits)
  console.log(`${seeds} crashes: every story ended in the same state, one movement per object, the ledger is sound.`)
  if (seeds >= KILLS.length) expectHits(hits)
}

async function playWithCrash(
  { ground, cast, taps }: { ground: Ground; cast: Cast; taps: Taps },
  kill: Kill,
  seed: number,
): Promise<void> {
  const { story: kind, step, group } = kill
  const name = `crash ${seed}`
  // A webhook overtakes the answer only if the answer is late.
  const mode = group === 'webhook' ? 'DELAY' : 'ACCEPT'
  let isOver = false
  async function killAndStart(reached: Promise<void>): Promise<void> {
    await expectSoon(reached, kill)
    await ground.kill()
    await leasesRunOut(ground)
    await ground.start()
    await setProvider(cast, 'ACCEPT')
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
    mayMoveClock: () => isOver,
    async atStep(current) {
      if (current !== step) return
      await setProvider(cast, mode)
      begin(setTrap(kill, taps).reached)
      abandon = () => {}
    },
  })
  const [first] = await Promise.all([told.finally(() => abandon()), killed])
  const again = await playStory(ground, cast, { name, kind, mayMoveClock: () => true, async atStep() {} })
  assert.deepEqual(again.ids, first.ids, 'the same keys give the same answers')
  assert.ok(again.replayed.every(Boolean), 'every answer of the second telling is a replay')
  await checkEnd(ground, cast, kind, again.ids)
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

async function setProvider({ admin }: Cast, mode: 'ACCEPT' | 'DELAY'): Promise<void> {
  await persist(admin, { mayMoveClock: () => false }, () => admin.send(SetSandboxProviderDocument, { input: { mode } }))
}

/** Prints how often each point of each place was hit. */
function report(hits: readonly Kill[]): void {
  const places = [...new Set(KILLS.map(({ place }) => place))].filter((place) =>
    hits.some((hit) => hit.place === place),
  )
  const countOf = (isCounted: (hit: Kill) => boolean) => String(hits.filter(isCounted).length)
  printTable('Kills that were hit', POINTS, [
    ...places.map((place): [string, ...string[]] => {
      const has = (point: string) => KILLS.some((kill) => kill.place === place && kill.point === point)
      const cells = POINTS.map((point) =>
        has(point) ? countOf((hit) => hit.place === place && hit.point === point) : '',
      )
      return [place, ...cells]
    }),
    ['all', ...POINTS.map((point) => countOf((hit) => hit.point === point))],
  ])
}

function expectHits(hits: readonly Kill[]): void {
  const groups: readonly Group[] = ['request', 'job', 'webhook']
  const counts = [
    ...POINTS.map((point) => [point, hits.filter((hit) => hit.point === point).length] as const),
    ...groups.map((group) => [group, hits.filter((hit) => hit.group === group).length] as const),
  ]
  for (const [name, count] of counts) assert.ok(count >= HITS_MIN, `${name} was hit ${count} times only`)
  for (const kill of KILLS) assert.ok(hits.includes(kill), `${kill.place}, ${kill.point} was not hit`)
}
