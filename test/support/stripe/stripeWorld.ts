/** A whole server on Stripe's adapter with the local Stripe server, and the people of one task. */
import { boundedProvider } from '../../../src/payments/port/boundedProvider.ts'
import { connectTo } from '../providers.ts'
import { startApp, type TestApp } from '../servers/app.ts'
import { type Actor, actor } from '../story.ts'
import { nowInSeconds } from './stripeBook.ts'
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

/** Starts both servers; Stripe sends its webhooks to ours. */
export async function stripeWorld(): Promise<StripeWorld> {
  const stripe = await startStripe()
  const app = await startApp(
    {},
    {
      makeProvider: ({ log }) => ({
        provider: boundedProvider(connectTo(stripe), { log }),
        sandbox: null,
        stop: async () => {},
      }),
    },
  )
  const webhookUrl = `${await app.listen()}/webhooks/payments/stripe`
  stripe.webhookUrl = webhookUrl
  const [anna, ben, fay] = [await actor(app, 'Anna'), await actor(app, 'Ben'), await actor(app, 'Fay', 'FINANCE')]
  openAccount(stripe, ben)
  return { app, stripe, webhookUrl, anna, ben, fay }
}

/** Gives a person an account that can be paid. */
export function openAccount({ book }: StripeServer, { id, email = 'ben@example.com' }: { id: string; email?: string }) {
  book.accounts.set(id, {
    id,
    email,
    created: nowInSeconds(),
    country: 'DE',
    metadata: {},
    isVersion2: true,
    transfers: 'active',
    isOnboarded: true,
    due: [],
  })
}
