/**
 * The trial `crash` with Stripe's adapter: twelve points of money, twenty-five kills at each. One local Stripe server, one database, and
 * one server process with its worker, which is all that is killed and started again. No webhook comes by itself: a kill within a webhook
 * delivers one, and after half of the other kills all that happened is told twice, in any order; after the rest it is lost.
 */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { StartPayoutOnboardingDocument } from '../../schema/sdk/index.ts'
import { printTable } from '../bench/report.ts'
import { toPublicId } from '../support/publicIds.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { DatabaseTap } from '../support/servers/databaseTap.ts'
import { postEvent, type SignedEvent } from '../support/stripe/eventSender.ts'
import type { StripeBook } from '../support/stripe/stripeBook.ts'
import { SECRET_KEY, type StripeServer, startStripe, WEBHOOK_SECRET } from '../support/stripe/stripeServer.ts'
import { accountOf, finishOnboarding } from '../support/stripe/stripeWorld.ts'
import type { CrashProvider } from './crashKill.ts'
import { isOrderOf, MONEY_POINTS, type MoneyKill, moneyKillOf } from './crashStripePoints.ts'
import type { Ground } from './ground.ts'
import { REDIRECT } from './hostileProviders.ts'
import type { Movement } from './payments.ts'

const KILLS_PER_POINT = 25
const DELIVERIES_MAX = 100
const REDELIVERY_MS = 20

/** Stripe's adapter with the local server. */
export async function crashStripe(): Promise<CrashProvider<MoneyKill>> {
  const stripe = await startStripe()
  stripe.formats = ['snapshot', 'thin']
  let ground: Ground | undefined
  let tap: DatabaseTap | undefined
  let movedBefore = 0
  /** The event within whose processing the server was killed. */
  let unfinished: SignedEvent | undefined
  const started = () => {
    if (!ground || !tap) throw new Error('The trial has not begun.')
    return { ground, tap, webhookUrl: `${ground.url}/webhooks/payments/stripe` }
  }
  const movedOf = (kind: string) => movementsIn(stripe.book).filter((movement) => movement.kind === kind).length

  /** Delivers the first event of this type that was not delivered yet. The server that gets it is killed before its answer. */
  function deliverFirst(type: string): void {
    const index = stripe.unsent.findIndex((happening) => happening.type === type)
    const [happening] = stripe.unsent.splice(index, 1)
    if (index < 0 || !happening) throw new Error(`Nothing like ${type} has happened.`)
    unfinished = stripe.signed(happening)
    void postEvent(started().webhookUrl, unfinished).catch(() => 0)
  }

  return {
    seedsOfAll: MONEY_POINTS.length * KILLS_PER_POINT,
    stage: {
      worker: 'inline',
      environment: {
        STRIPE_SECRET_KEY: SECRET_KEY,
        STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
        LOCAL_STRIPE_PORT: String(stripe.port),
        NODE_OPTIONS: `--import ${REDIRECT}`,
      },
      async between({ databaseUrl, serverPort }) {
        const url = new URL(databaseUrl)
        const begun = await DatabaseTap.start(Number(url.port))
        tap = begun
        url.port = String(begun.port)
        return {
          environment: { main: { DATABASE_URL: url.href }, worker: {} },
          clientUrl: `http://127.0.0.1:${serverPort}`,
          close: () => begun.close(),
        }
      },
    },
    async begin(on, { tasker }) {
      ground = on
      await tasker.send(StartPayoutOnboardingDocument, { input: { returnUrl: 'https://app.example.com/paid' } })
      finishOnboarding(stripe, accountOf(stripe, tasker.id))
      await deliverAll(stripe, started().webhookUrl, 1)
    },
    killOf: moneyKillOf,
    async setTrap({ stop, kind, event }) {
      movedBefore = movedOf(kind)
      stripe.unsent.length = 0
      unfinished = undefined
      if (stop.at === 'provider') return { reached: stripe.stopAt(stop.request) }
      const reached = started().tap.stopAt(stop.statement)
      if (event === undefined) return { reached }
      // The order is carried out, and its answer never comes.
      const ordered = stripe.stopAt({ when: 'after', isRequest: isOrderOf(kind) })
      return { reached: Promise.all([reached, ordered.then(() => deliverFirst(event))]).then(() => {}) }
    },
    async afterKill({ kind, hasMoved, point }) {
      assert.equal(movedOf(kind) - movedBefore, hasMoved ? 1 : 0, `${point}: movements of kind ${kind} at the kill`)
      const { database } = started().ground
      await database.run`
        /* trialEventLeases */
        update webhooks_received
        set lease_until = clock_timestamp()
        where lease_until is not null`
    },
    async afterStart(_kill, seed) {
      const { webhookUrl } = started()
      if (unfinished) await deliver(webhookUrl, unfinished)
      // Not by the parity of the seed, which is that of its point.
      if (seededRandom(seed)() < 0.5) await deliverAll(stripe, webhookUrl, seed)
      else stripe.unsent.length = 0
    },
    async moveClock() {
      await started().ground.database.run`
        /* trialClock */
        update sandbox.clock
        set ahead_by = ahead_by + interval '31 seconds'`
    },
    async movementsOf(payments) {
      const references = new Set(payments.map(({ reference }) => reference))
      return movementsIn(stripe.book).filter(({ ourReference }) => references.has(ourReference))
    },
    checkBooks: () => checkBooks(stripe.book, started().ground),
    report,
    end: () => stripe.stop(),
  }
}

/** Every movement in the book of the local Stripe server. */
function movementsIn({ charges, transfers, reversals, refunds }: StripeBook): Movement[] {
  const kinds = [
    ['charge', [...charges.values()].filter(({ status }) => status === 'succeeded')],
    ['transfer', [...transfers.values()]],
    ['reversal', [...reversals.values()]],
    ['refund', [...refunds.values()]],
  ] as const
  return kinds.flatMap(([kind, objects]) =>
    objects.map(({ amount, metadata }) => ({
      kind,
      amountMinor: BigInt(amount),
      ourReference: metadata?.errand_reference ?? '',
    })),
  )
}

/** Delivers an event until the server has dealt with it, as Stripe does, and once more. */
async function deliver(url: string, event: SignedEvent): Promise<void> {
  for (let time = 0, processed = 0; time < DELIVERIES_MAX; time++) {
    // A server that is too slow gets it again, too.
    if ((await postEvent(url, event).catch(() => 0)) === 200) processed++
    if (processed === 2) return
    await pause(REDELIVERY_MS)
  }
  throw new assert.AssertionError({ message: 'An event was never processed.' })
}

/** Delivers all that has happened, each twice at once, in any order. */
async function deliverAll(stripe: StripeServer, url: string, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const order = stripe.unsent.splice(0).map((happening) => ({ happening, at: random() }))
  order.sort((one, other) => one.at - other.at)
  for (const { happening } of order) {
    const event = stripe.signed(happening)
    await Promise.all([postEvent(url, event).catch(() => 0), deliver(url, event)])
  }
}

/** Compares every movement in Stripe's book with every payment in ours, and the balance with the money that is left in it. */
async function checkBooks(book: StripeBook, { database }: Ground): Promise<void> {
  const owed = await database.rows<{ kind: string; prefix: 'hld' | 'trf' | 'rvs' | 'rfd'; id: string; minor: bigint }>`
    /* trialOwed */
    select 'charge' as kind, 'hld' as prefix, id, amount_minor as minor from holds where status <> 'FAILED'
    union all
    select 'transfer', 'trf', id, net_minor - netted_minor from transfers
    union all
    select 'reversal', 'rvs', id, amount_minor from reversals
    union all
    select 'refund', 'rfd', id, amount_minor from refunds`
  const line = (kind: string, reference: string, minor: bigint) => `${kind} ${reference} ${minor}`
  const ours = owed.map(({ kind, prefix, id, minor }) => line(kind, toPublicId(prefix, id), minor)).sort()
  const theirs = movementsIn(book).map((one) => line(one.kind, one.ourReference, one.amountMinor))
  assert.deepEqual(theirs.sort(), ours, 'every movement is owed, and paid once')
  const sumOf = (kind: string) => owed.reduce((sum, one) => (one.kind === kind ? sum + one.minor : sum), 0n)
  const [charges, transfers, reversals, refunds] = ['charge', 'transfer', 'reversal', 'refund'].map(sumOf)
  const fees = [...book.lines.values()].reduce((sum, { fee }) => sum + fee, 0)
  const left = Number(charges) - Number(transfers) + Number(reversals) - Number(refunds)
  assert.equal(book.balance('eur') + fees, left, 'the balance at Stripe')
  console.log(
    `Owed = paid, in euro cents: charges ${charges}, transfers ${transfers}, reversals ${reversals}, refunds ${refunds}; ` +
      `${theirs.length} movements; the balance at Stripe is ${left} before its fees.`,
  )
}

/** Prints the points with their kills, and fails if a point was hit too rarely. */
function report(hits: readonly MoneyKill[]): void {
  const of = (point: string) => hits.filter((hit) => hit.point === point)
  const placesOf = (point: string) => new Set(of(point).map(({ place }) => place)).size
  printTable(
    'Kills that were hit',
    ['kills', 'places'],
    [
      ...MONEY_POINTS.map((point): [string, string, string] => [
        point,
        String(of(point).length),
        String(placesOf(point)),
      ]),
      ['all', String(hits.length), ''],
    ],
  )
  const least = Math.floor(hits.length / MONEY_POINTS.length)
  for (const point of MONEY_POINTS) {
    assert.ok(of(point).length >= least, `${point} was hit ${of(point).length} times, not ${least}`)
  }
}
