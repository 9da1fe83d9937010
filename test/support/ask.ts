import { expect } from 'vitest'
import { type Person, send } from './people.ts'
import type { TestApp } from './servers/app.ts'

/** Somebody who sends operations: a person, or nobody. */
export type Caller = Pick<Person, 'send'>

/** Nobody: a client that is not signed in. */
export const nobody = (app: TestApp): Caller => ({ send: (query, variables) => send(app, query, variables) })

/** What an operation answers, which must be without errors. */
export async function ask<Data>(caller: Caller, query: string, variables?: Record<string, unknown>): Promise<Data> {
  const { data, errors } = await caller.send(query, variables)
  expect(errors).toBeUndefined()
  return data as Data
}

/** The code under which an operation was refused as a whole. */
export async function refusal(caller: Caller, query: string, variables?: Record<string, unknown>): Promise<unknown> {
  const { errors } = await caller.send(query, variables)
  return errors?.[0]?.extensions?.code
}
