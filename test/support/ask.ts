import { expect } from 'vitest'
import { type Person, send } from './people.ts'
import type { TestApp } from './servers/app.ts'

/** A client: signed in as a person, or anonymous. */
export type Caller = Pick<Person, 'send'>

/** Returns an anonymous client. */
export const anonymousCaller = (app: TestApp): Caller => ({ send: (query, variables) => send(app, query, variables) })

/** Sends an operation, expects no errors, and returns its data. */
export async function ask<Data>(caller: Caller, query: string, variables?: Record<string, unknown>): Promise<Data> {
  const { data, errors } = await caller.send(query, variables)
  expect(errors).toBeUndefined()
  return data as Data
}

/** Sends an operation, and returns the code of its first error. */
export async function refusal(caller: Caller, query: string, variables?: Record<string, unknown>): Promise<unknown> {
  const { errors } = await caller.send(query, variables)
  return errors?.[0]?.extensions?.code
}
