/** A test key of Stripe in production is a warning in the log, not a refusal. */
import pino from 'pino'
import { expect, test } from 'vitest'
import { chooseProvider } from '../../../src/payments/chooseProvider.ts'

const TEST_KEYS = ['sk_test_errand', 'rk_test_errand']

async function warningsWith(secretKey: string, production: boolean): Promise<string[]> {
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const makeProvider = await chooseProvider({ production, stripe: { secretKey, webhookSecrets: ['whsec_errand'] } })
  const { provider } = makeProvider({ connectionString: '', webhookUrl: () => null, log })
  expect(provider.traits.name).toBe('stripe')
  expect(provider.circuits?.().every(({ isOpen }) => !isOpen)).toBe(true)
  return lines
}

test.each(TEST_KEYS)('a test key in production is warned about once, without the key', async (key) => {
  const lines = await warningsWith(key, true)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('STRIPE_SECRET_KEY is a test key')
  expect(lines[0]).not.toContain(key)
})

test('a live key in production and a test key elsewhere are not warned about', async () => {
  expect(await warningsWith('sk_live_errand', true)).toEqual([])
  expect(await warningsWith('sk_test_errand', false)).toEqual([])
})
