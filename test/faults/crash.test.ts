/** A small dose of `npm run trials -- crash`, which plays forty of them. */
import { test } from 'vitest'
import { crash } from '../trials/crash.ts'

test('a story ends in the same state when server and worker are killed in the middle of it', async () => {
  await crash({ from: 4, seeds: 2 })
}, 180_000)
