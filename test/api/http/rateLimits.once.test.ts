/** Requests that count once: a retry by the server, and a replay under an idempotency key. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { BUDGETS } from '../../../src/cache/rateLimits.ts'
import { mapResult, withTransaction } from '../../../src/db/transaction.ts'
import { RateLimitedError, UnauthenticatedError } from '../../../src/domain/errors.ts'
import { answerOnce } from '../../../src/domain/idempotency.ts'
import { idempotencyKey } from '../../../src/domain/inputSchemas.ts'
import { builder } from '../../../src/graphql/builder.ts'
import { mutation, mutationOutsideTransaction, result } from '../../../src/graphql/mutation.ts'
import { ask } from '../../support/ask.ts'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const OnceInput = builder.inputType('OnceInput', {
  fields: (t) => ({ idempotencyKey: t.field({ type: 'IdempotencyKey' }) }),
})
const OncePayload = builder.objectRef<{ word: string; replayed: boolean }>('OncePayload').implement({
  fields: (t) => ({ replayed: t.exposeBoolean('replayed') }),
})
const OnceResult = result('OnceResult', OncePayload, [UnauthenticatedError, RateLimitedError])
const declaration = {
  description: 'Says a word.',
  input: OnceInput,
  result: OnceResult,
  inputSchema: z.object({ idempotencyKey }),
  budget: 'creation',
} as const

let runs = 0
mutation('onceInside', {
  ...declaration,
  rule: async (tx) => {
    runs++
    // Fails like a deadlock twice, and succeeds the third time.
    if (runs % 3 !== 0) await tx.run`/* testDeadlock */ select raise_for_test()`
    return { word: 'inside' }
  },
})
mutationOutsideTransaction('onceOutside', {
  ...declaration,
  rule: ({ idempotencyKey: key }, { database, caller }, { hash }) =>
    withTransaction(database, async (tx) => {
      const answer = async () => ({ word: 'outside' })
      if (key === undefined) return { ...(await answer()), replayed: false }
      const request = { callerId: caller.id, mutation: 'onceOutside', key, requestHash: hash() }
      return mapResult(await answerOnce(tx, request, answer), ({ replayed }) => ({ word: 'outside', replayed }))
    }),
})

let app: TestApp

beforeAll(async () => {
  app = await startApp({ rateLimits: true })
  await app.database.run`
    /* testRaise */
    create function raise_for_test() returns integer language plpgsql as
    $$ begin raise exception 'again' using errcode = '40P01'; end $$`
})
afterAll(async () => {
  await app.stop()
})

const left = async ({ uuid }: Person) => (await app.services.rateLimits.peek('creation', uuid)).remaining

async function once(who: Person, name: 'onceInside' | 'onceOutside', key?: string) {
  const query = `mutation ($input: OnceInput!) { ${name}(input: $input) { __typename ... on OncePayload { replayed } } }`
  const answer = await ask<Record<string, unknown>>(who, query, { input: { idempotencyKey: key } })
  return answer[name]
}

test('a transaction with two retries counts once', async () => {
  const anna = await person(app, 'Anna')
  const runsBefore = runs
  expect(await once(anna, 'onceInside')).toMatchObject({ __typename: 'OncePayload' })
  expect(runs - runsBefore).toBe(3)
  expect(await left(anna)).toBe(BUDGETS.creation.points - 1)
})

test.each(['onceInside', 'onceOutside'] as const)(
  '%s is counted once under its key, and answers again when nothing is left',
  async (name) => {
    const anna = await person(app, 'Anna')
    expect(await once(anna, name, 'first')).toEqual({ __typename: 'OncePayload', replayed: false })
    for (let again = 0; again < 3; again++) {
      expect(await once(anna, name, 'first')).toEqual({ __typename: 'OncePayload', replayed: true })
    }
    expect(await left(anna)).toBe(BUDGETS.creation.points - 1)
    for (let spent = 1; spent < BUDGETS.creation.points; spent++) await once(anna, name)
    expect(await once(anna, name, 'second')).toMatchObject({ __typename: 'RateLimitedError' })
    expect(await once(anna, name, 'first')).toEqual({ __typename: 'OncePayload', replayed: true })
  },
)

test('the key of another person is not a replay', async () => {
  const [anna, ben] = [await person(app, 'Anna'), await person(app, 'Ben')]
  await once(anna, 'onceOutside', 'shared')
  expect(await once(ben, 'onceOutside', 'shared')).toEqual({ __typename: 'OncePayload', replayed: false })
  expect(await left(ben)).toBe(BUDGETS.creation.points - 1)
})
