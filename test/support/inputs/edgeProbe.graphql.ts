/** Queries for tests only: each fails or waits in a way in which no query of the API does. */

import { setTimeout as pause } from 'node:timers/promises'
import { asPublicId } from '../../../src/db/ids.ts'
import { NotFoundError, RateLimitedError } from '../../../src/domain/errors.ts'
import { builder } from '../../../src/graphql/builder.ts'

/** A text that must never be in a response, nor in the log if it was a value. */
export const SECRET_TEXT = 'the text of a private message'

// Longer than any test needs while a query waits.
const WAIT_MAX_MS = 30_000

const waiting = new Set<() => void>()
let arrived: (() => void) | undefined

/** Releases every waiting query `edgeWait`. */
export const letAllGo = (): void => {
  for (const release of waiting) release()
  waiting.clear()
}

/** The number of waiting queries `edgeWait`. */
export const waitingCount = (): number => waiting.size

/** Resolves when the next query `edgeWait` begins to wait. */
export const waitArrives = (): Promise<void> =>
  new Promise((resolve) => {
    arrived = resolve
  })

builder.queryFields((t) => ({
  edgeFail: t.int({
    nullable: true,
    resolve: () => {
      throw new Error(`It broke in /srv/secret/place.ts: "${SECRET_TEXT}"`)
    },
  }),
  edgeFailAll: t.intList({
    nullable: { list: true, items: true },
    resolve: () =>
      Array.from({ length: 30 }, () => Promise.reject(new Error('one of many errors'))) as unknown as number[],
  }),
  edgeStatement: t.int({
    nullable: true,
    resolve: async (_root, _args, { database }) => {
      const row = await database.row<{ id: string }>`/* edgeStatement */ select ${SECRET_TEXT}::uuid as id`
      return row ? 1 : 0
    },
  }),
  edgeRefusal: t.int({
    nullable: true,
    resolve: () => {
      throw new NotFoundError(asPublicId('tsk_nothing'))
    },
  }),
  edgeLimited: t.int({
    nullable: true,
    resolve: () => {
      throw new RateLimitedError(12_000, { limit: 10, windowSeconds: 60 })
    },
  }),
  edgeCanceled: t.int({
    nullable: true,
    resolve: async (_root, _args, { database }) => {
      const row = await database.row<{ slept: string }>`
        /* edgeCanceled */
        with limits as (select set_config('statement_timeout', '50', false))
        select pg_sleep(0)::text as slept from limits`
      await database.row`/* edgeSleep */ select pg_sleep(20)::text as slept`
      return row ? 1 : 0
    },
  }),
  edgeSleep: t.int({
    nullable: true,
    resolve: async (_root, _args, { database }) => {
      await database.row`/* edgeSleep */ select pg_sleep(20)::text as slept`
      return 1
    },
  }),
  edgeWait: t.int({
    nullable: true,
    resolve: async () => {
      const released = new Promise<void>((resolve) => {
        waiting.add(resolve)
      })
      arrived?.()
      await Promise.race([released, pause(WAIT_MAX_MS, undefined, { ref: false })])
      return 1
    },
  }),
}))
