import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { EVENT_TYPES, PUBLIC_EVENT_TYPES } from '../../../src/events/eventTypes.ts'

const ROW = /^\| `([a-z_]+\.[a-z_]+)` \| (.+?) \| (.+?) \| (yes)? ?\|$/gm

test('schema/events.md lists every event type, when it is recorded and whether it is public', async () => {
  const page = await readFile(new URL('../../../schema/events.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(ROW)].map(([, type, when, concerns, isPublic]) => ({ type, when, concerns, isPublic }))
  expect(Object.fromEntries(rows.map(({ type, when }) => [type, when]))).toEqual(EVENT_TYPES)
  expect(rows).toHaveLength(Object.keys(EVENT_TYPES).length)
  expect(rows.filter(({ isPublic }) => isPublic).map(({ type }) => type)).toEqual(
    expect.arrayContaining([...PUBLIC_EVENT_TYPES]),
  )
  expect(rows.filter(({ isPublic }) => isPublic)).toHaveLength(PUBLIC_EVENT_TYPES.length)
})
