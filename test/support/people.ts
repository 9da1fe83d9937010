/** People for tests: with a session but without a password, because hashing is slow. */

import { signAccessToken } from '../../src/accounts/sessions/accessToken.ts'
import type { Role } from '../../src/db/generated/enums.ts'
import { newId, toPublicId } from './publicIds.ts'
import type { TestApp } from './servers/app.ts'

const TOKEN_TTL_MS = 3_600_000

export interface GraphqlResult {
  data?: Record<string, never> | null
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[]
}

export interface Person {
  uuid: string
  /** The public id. */
  id: string
  sessionId: string
  accessToken: string
  /** Sends an operation as this person, and returns the result with its errors. */
  send(query: string, variables?: Record<string, unknown>): Promise<GraphqlResult>
}

/** A database, and the secret of its servers. */
type PersonStore = Pick<TestApp, 'database' | 'authSecret'>

/** Creates a person with a session and these roles besides USER. */
export async function person(app: TestApp, name: string, ...roles: Role[]): Promise<Person> {
  return sending(app, await signedIn(app, name, ...roles))
}

/** The same person with a new session, after their sessions ended. */
export async function signInAgain(app: TestApp, { uuid, id }: Pick<Person, 'uuid' | 'id'>): Promise<Person> {
  return sending(app, { uuid, id, ...(await newSession(app, uuid)) })
}

const sending = (app: TestApp, someone: Omit<Person, 'send'>): Person => ({
  ...someone,
  send: (query, variables) => send(app, query, variables, { authorization: `Bearer ${someone.accessToken}` }),
})

/**
 * The same without a server in this process, for trials with server processes. As long as the token is valid, the session counts as
 * freshly proven.
 */
export async function signedIn(ground: PersonStore, name: string, ...roles: Role[]): Promise<Omit<Person, 'send'>> {
  const uuid = newId()
  await ground.database.run`
    /* testPerson */
    insert into users (id, email, display_name, password_hash, roles, created_at)
    values (${uuid}, ${`${name.toLowerCase()}.${uuid}@example.com`}, ${name}, ${'-'}, ${['USER', ...roles]}::role[], errand_now())`
  return { uuid, id: toPublicId('usr', uuid), ...(await newSession(ground, uuid)) }
}

async function newSession(ground: PersonStore, uuid: string): Promise<Pick<Person, 'sessionId' | 'accessToken'>> {
  const sessionId = newId()
  await ground.database.run`
    /* testSession */
    insert into sessions (id, user_id, created_at, last_used_at, rotated_at, proven_at)
    values (
      ${sessionId}, ${uuid}, errand_now(), errand_now(), errand_now(),
      clock_timestamp() + ${TOKEN_TTL_MS}::double precision * interval '1 millisecond'
    )`
  const accessToken = await signAccessToken(
    ground.authSecret,
    { userId: uuid, sessionId },
    new Date(Date.now() + TOKEN_TTL_MS),
  )
  return { sessionId, accessToken }
}

/** Sends an operation, anonymous unless the headers have a token. */
export async function send(
  app: TestApp,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<GraphqlResult> {
  const response = await app.yoga.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as GraphqlResult
}
