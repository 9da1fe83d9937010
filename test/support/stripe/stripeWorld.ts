/** A whole server on Stripe's adapter with the local Stripe server, and the people of one task. */
import { expect } from 'vitest'
import { openReal } from '../../../src/payments/chooseProvider.ts'
import type { Person } from '../people.ts'
import { connectTo } from '../providers.ts'
import { startApp, type TestApp } from '../servers/app.ts'
import { type Actor, actor } from '../story.ts'
import { changeAccount } from './people.ts'
import { type StripeServer, startStripe } from './stripeServer.ts'

export interface StripeWorld {
  app: TestApp
  stripe: StripeServer
  webhookUrl: string
  /** Posts and pays. */
  anna: Actor
  /** Works, and has an account at Stripe. */
  ben: Actor
  /** Finance staff. */
  fay: Actor
}

/** Starts both servers; Stripe sends its webhooks to ours. `now` is the clock of the circuits. */
export async function stripeWorld(clock: { now?: () => number } = {}): Promise<StripeWorld> {
  const stripe = await startStripe()
  const app = await startApp({}, { makeProvider: ({ log }) => openReal(connectTo(stripe), { log, ...clock }) })
  const webhookUrl = `${await app.listen()}/webhooks/payments/stripe`
  stripe.webhookUrl = webhookUrl
  const [anna, ben, fay] = [await actor(app, 'Anna'), await actor(app, 'Ben'), await actor(app, 'Fay', 'FINANCE')]
  finishOnboarding(stripe, await openAccount(stripe, ben))
  await stripe.webhooksAreSent()
  return { app, stripe, webhookUrl, anna, ben, fay }
}

const START_ONBOARDING = /* GraphQL */ `
  mutation {
    startPayoutOnboarding(input: { returnUrl: "https://app.example.com/paid" }) {
      __typename
      ... on PayoutOnboardingPayload { url }
    }
  }
`

/** Starts onboarding as this person, and returns the account at Stripe. */
export async function openAccount(stripe: StripeServer, someone: Person): Promise<string> {
  const { data } = await someone.send(START_ONBOARDING)
  expect(data?.startPayoutOnboarding).toMatchObject({ url: expect.stringMatching(/^https:/) })
  return accountOf(stripe, someone.id)
}

/** Returns the id of a person's account at Stripe. */
export function accountOf({ book }: StripeServer, personId: string): string {
  const account = [...book.accounts.values()].find(({ metadata }) => metadata.errand_reference === personId)
  if (!account) throw new Error('This person has no account at Stripe.')
  return account.id
}

/** Finishes onboarding on Stripe's pages: the account becomes ready, of which a webhook tells. */
export function finishOnboarding(stripe: StripeServer, account: string): void {
  changeAccount(stripe.book, account, { transfers: 'active', due: [], isOnboarded: true })
  stripe.tell()
}
