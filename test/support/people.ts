/** People for tests: signed in already, so that a test of tasks does not pay for hashing passwords. */

import { signAccessToken } from '../../src/accounts/sessions/accessToken.ts'
import type { Role } from '../../src/db/generated/enums.ts'
import { newId, toPublicId } from './publicIds.ts'
import type { TestApp } from './servers/app.ts'

const TOKEN_TTL_MS = 3_600_000

export interface Answer {
  data?: Record<string, never> | null
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[]
}

export interface Person {
  /** The id inside. */
  uuid: string
  /** The id that clients see. */
  id: string
  sessionId: string
  accessToken: string
  /** Sends an operation as this person; gives what the server answered, errors included. */
  send(query: string, variables?: Record<string, unknown>): Promise<Answer>
}

/** Where people are made: a database, and the secret of the servers on it. */
type Ground = Pick<TestApp, 'database' | 'authSecret'>

/** A person with a session and these roles beside USER. */
export async function person(app: TestApp, name: string, ...roles: Role[]): Promise<Person> {
  const someone = await signedIn(app, name, ...roles)
  return {
    ...someone,
    send: (query, variables) => send(app, query, variables, { authorization: `Bearer ${someone.accessToken}` }),
  }
}

/** The same without a server in this process: for trials, which talk to servers of their own. */
export async function signedIn(ground: Ground, name: string, ...roles: Role[]): Promise<Omit<Person, 'send'>> {
  const uuid = newId()
  const sessionId = newId()
  await ground.database.run`
    /* testPerson */
    insert into users (id, email, display_name, password_hash, roles, created_at)
    values (${uuid}, ${`${name.toLowerCase()}.${uuid}@example.com`}, ${name}, ${'-'}, ${['USER', ...roles]}::role[], errand_now())`
  await ground.database.run`
    /* testSession */
    insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
    values (${sessionId}, ${uuid}, errand_now(), errand_now(), errand_now())`
  const accessToken = await signAccessToken(
    ground.authSecret,
    { userId: uuid, sessionId },
    new Date(Date.now() + TOKEN_TTL_MS),
  )
  return { uuid, id: toPublicId('usr', uuid), sessionId, accessToken }
}

/** Sends an operation as nobody, or with these headers. */
export async function send(
  app: TestApp,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await app.yoga.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as Answer
}
