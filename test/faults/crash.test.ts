/** A short run of `npm run trials -- crash`, which plays forty stories. */
import { expect, test } from 'vitest'
import { crash } from '../trials/crash.ts'

test('a story ends in the same state if server and worker are killed in the middle of it', async () => {
  await expect(crash({ from: 4, seeds: 2 })).resolves.toBeUndefined()
}, 180_000)
