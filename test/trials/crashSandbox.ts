/** The trial `crash` with the sandbox: every point of every request, job and webhook, in a server and a worker. */
import assert from 'node:assert/strict'
import { AdvanceSandboxClockDocument, SetSandboxProviderDocument } from '../../schema/sdk/index.ts'
import { printTable } from '../bench/report.ts'
import type { Cast, CrashProvider } from './crashKill.ts'
import { type Group, KILLS, POINTS, type SandboxKill, setTrap, startTaps, type Taps } from './crashPoints.ts'
import { persist } from './crashStory.ts'
import type { Ground } from './ground.ts'
import { sandboxMovements } from './payments.ts'

/** The least number of kills at each point, in a job and in a webhook, in a run of all. */
const HITS_MIN = 9
// Coprime with the number of kills, so that the seeds of a short run are of different places.
const STRIDE = 37

/** The sandbox, and the proxies that freeze the processes at a point. */
export function crashSandbox(): CrashProvider<SandboxKill> {
  let started: { ground: Ground; cast: Cast; taps: Taps } | undefined
  let taps: Taps | undefined
  const all = () => {
    if (!started) throw new Error('The trial has not begun.')
    return started
  }
  const setProvider = async ({ admin }: Cast, mode: 'ACCEPT' | 'DELAY'): Promise<void> => {
    const clock = { mayMove: () => false, move: async () => {} }
    await persist(clock, () => admin.send(SetSandboxProviderDocument, { input: { mode } }))
  }
  return {
    seedsOfAll: KILLS.length,
    stage: {
      worker: 'apart',
      between: async (to) => {
        const begun = await startTaps(to)
        taps = begun.taps
        return begun.between
      },
    },
    async begin(ground, cast) {
      if (!taps) throw new Error('There are no proxies.')
      started = { ground, cast, taps }
    },
    killOf: (seed) => KILLS[(seed * STRIDE) % KILLS.length] as SandboxKill,
    async setTrap(kill, cast) {
      // A webhook overtakes the answer only if the answer is late.
      await setProvider(cast, kill.group === 'webhook' ? 'DELAY' : 'ACCEPT')
      return setTrap(kill, all().taps)
    },
    async afterKill() {},
    afterStart: () => setProvider(all().cast, 'ACCEPT'),
    async moveClock({ admin }) {
      await admin.send(AdvanceSandboxClockDocument, { input: { by: 'PT31S' } }).catch(() => undefined)
    },
    movementsOf: (payments) => sandboxMovements(all().ground.database, payments),
    async checkBooks() {},
    report,
    async end() {},
  }
}

function report(hits: readonly SandboxKill[]): void {
  printHits(hits)
  if (hits.length >= KILLS.length) expectHits(hits)
}

/** Prints how often each point of each place was hit. */
function printHits(hits: readonly SandboxKill[]): void {
  const places = [...new Set(KILLS.map(({ place }) => place))].filter((place) =>
    hits.some((hit) => hit.place === place),
  )
  const countOf = (isCounted: (hit: SandboxKill) => boolean) => String(hits.filter(isCounted).length)
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

function expectHits(hits: readonly SandboxKill[]): void {
  const groups: readonly Group[] = ['request', 'job', 'webhook']
  const counts = [
    ...POINTS.map((point) => [point, hits.filter((hit) => hit.point === point).length] as const),
    ...groups.map((group) => [group, hits.filter((hit) => hit.group === group).length] as const),
  ]
  for (const [name, count] of counts) assert.ok(count >= HITS_MIN, `${name} was hit ${count} times only`)
  for (const kill of KILLS) assert.ok(hits.includes(kill), `${kill.place}, ${kill.point} was not hit`)
}
