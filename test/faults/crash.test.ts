/** A short run of `npm run trials -- crash`, which kills at every point of every place. */
import { expect, test } from 'vitest'
import { crash } from '../trials/crash.ts'

test('a story ends in the same state if server and worker are killed in the middle of it', async () => {
  await expect(crash({ from: 4, seeds: 3 })).resolves.toBeUndefined()
}, 270_000)

test("the same with Stripe's adapter, killed in the middle of a webhook", async () => {
  await expect(crash({ from: 10, seeds: 1, provider: 'stripe' })).resolves.toBeUndefined()
}, 270_000)
