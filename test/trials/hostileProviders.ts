/** The providers of the hostile trial: how each misbehaves at random, and what its own book says was paid. */

import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { type Client, StartPayoutOnboardingDocument } from '../../schema/sdk/index.ts'
import type { ProviderMode } from '../../src/payments/sandbox/sandbox.sql.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { FATES, type Fate } from '../support/stripe/hostility.ts'
import { SECRET_KEY, startStripe, WEBHOOK_SECRET } from '../support/stripe/stripeServer.ts'
import { accountOf, finishOnboarding } from '../support/stripe/stripeWorld.ts'
import type { Ground } from './ground.ts'

/** A transfer in the provider's book. */
export interface Paid {
  reference: string
  amountMinor: bigint
}

export interface HostileProvider {
  /** The environment of the server's process. */
  environment: Record<string, string>
  /** Called when the server runs. */
  begin(ground: Ground, payees: readonly (Client & { id: string })[]): Promise<void>
  /** Misbehaves from now on. */
  turnHostile(): void
  /** Answers every order from now on. */
  calmDown(): Promise<void>
  paid(): Promise<Paid[]>
  /** One line about what happened. */
  summary(): string
  end(): Promise<void>
}

const LOST = 0.3
const REFUSED = 0.1
const DELAYED = 0.1
const DELAY_MS = 1_000
/** The module that sends a server process to the local Stripe server. */
export const REDIRECT = pathToFileURL(resolve(import.meta.dirname, '../support/stripe/redirect.mjs')).href

/** Stripe's adapter with the local server: a fate for each order, and webhooks doubled, of both formats, in any order. */
export async function hostileStripe(seed: number): Promise<HostileProvider> {
  const random = seededRandom(seed)
  const server = await startStripe()
  server.delayMs = DELAY_MS
  server.formats = ['snapshot', 'thin']
  const counts = { orders: 0, lost: 0, refused: 0, delayed: 0 }
  const ofOrder = (): Fate => {
    counts.orders++
    const dice = random()
    const webhooks = random() < 0.5 ? 2 : 1
    if (dice < LOST) {
      counts.lost++
      return { answer: 'lost', webhooks }
    }
    if (dice < LOST + REFUSED) {
      counts.refused++
      return { answer: 'sent', webhooks, refusal: 'for_now' }
    }
    if (dice < LOST + REFUSED + DELAYED) {
      counts.delayed++
      return { answer: 'late', webhooks }
    }
    return { answer: 'sent', webhooks }
  }
  let postponed: (() => void)[] = []
  return {
    environment: {
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      LOCAL_STRIPE_PORT: String(server.port),
      NODE_OPTIONS: `--import ${REDIRECT}`,
    },
    async begin({ url, database }, payees) {
      server.webhookUrl = `${url}/webhooks/payments/stripe`
      for (const payee of payees) {
        await payee.send(StartPayoutOnboardingDocument, { input: { returnUrl: 'https://app.example.com/paid' } })
        finishOnboarding(server, accountOf(server, payee.id))
      }
      await server.webhooksAreSent()
      const [waiting] = await database.rows<{ count: bigint }>`
        /* trialNotReady */
        select count(*) as count
        from payout_accounts account
        join users person on person.id = account.user_id
        where person.payout_readiness <> 'READY'`
      if (waiting?.count !== 0n) throw new Error('A payee is not ready.')
      // Keeps each webhook back for up to two seconds, so that they arrive in another order.
      server.beforeWebhook = () =>
        new Promise((go) => {
          const timer = setTimeout(go, random() * 2_000)
          postponed.push(() => {
            clearTimeout(timer)
            go()
          })
        })
    },
    turnHostile() {
      server.fateOf = ({ method, path }) => (method === 'POST' && path === '/v1/transfers' ? ofOrder() : FATES.ACCEPT)
    },
    async calmDown() {
      server.resetFates()
      for (const go of postponed) go()
      postponed = []
      await server.webhooksAreSent()
    },
    paid: async () =>
      [...server.book.transfers.values()].map(({ metadata, amount }) => ({
        reference: metadata.errand_reference ?? '',
        amountMinor: BigInt(amount),
      })),
    summary: () =>
      `${counts.orders} orders: ${counts.lost} lost answers, ${counts.refused} refusals, ${counts.delayed} delays; ${server.requests.length} requests`,
    end: () => server.stop(),
  }
}

const MODE_MS = 100

/** The sandbox, whose mode changes at random ten times a second, in the same proportions. */
export async function hostileSandbox(seed: number): Promise<HostileProvider> {
  const random = seededRandom(seed)
  const counts = new Map<ProviderMode, number>()
  const stopping = new AbortController()
  let started: Ground | undefined
  const database = () => {
    if (!started) throw new Error('The server does not run yet.')
    return started.database
  }
  let changing: Promise<void> = Promise.resolve()
  const setMode = async (mode: ProviderMode) => {
    counts.set(mode, (counts.get(mode) ?? 0) + 1)
    await database().run`
      /* trialMode */
      update sandbox.provider
      set mode = ${mode}::sandbox.provider_mode`
  }
  const drawMode = (): ProviderMode => {
    const dice = random()
    if (dice < LOST) return 'DROP_RESPONSE'
    if (dice < LOST + REFUSED) return 'REFUSE'
    if (dice < LOST + REFUSED + DELAYED) return 'DELAY'
    return random() < 0.5 ? 'DUPLICATE_WEBHOOK' : 'ACCEPT'
  }
  const change = async () => {
    while (!stopping.signal.aborted) {
      await setMode(drawMode())
      await pause(MODE_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  return {
    environment: {},
    async begin(ground) {
      started = ground
    },
    turnHostile() {
      changing = change()
    },
    async calmDown() {
      stopping.abort()
      await changing
      await setMode('ACCEPT')
    },
    paid: () => database().rows<Paid>`
      /* trialPaid */
      select our_reference as reference, amount_minor
      from sandbox.movements
      where kind = 'transfer'`,
    summary: () => `modes: ${[...counts].map(([mode, count]) => `${mode} ${count}`).join(', ')}`,
    async end() {},
  }
}
