/** Three servers in this process on one database, each behind a gate of its own, and people who are known to all of them. */
import { signAccessToken } from '../../../src/accounts/sessions/accessToken.ts'
import type { Role } from '../../../src/db/generated/enums.ts'
import type { JobName } from '../../../src/jobs/enqueue.ts'
import { type Person, send, signedIn } from '../../support/people.ts'
import { ScriptedProvider } from '../../support/scriptedProvider.ts'
import { startAppOn, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actingAs } from '../../support/story.ts'
import { Contents } from './contents.ts'
import { StatementGate } from './statementGate.ts'

/** The most requests of a schedule. */
export const SERVERS = 3

const TOKEN_TTL_MS = 24 * 3_600_000
const NEVER_MS = 3_600_000
const JOBS: readonly JobName[] = ['sendTransfer', 'sendReversal', 'sendRefund']
const EMPTY = 'empty_stage'
/** Raises the time limits of a connection: on a busy machine, two seconds for a lock may pass while the others are held and released. */
const NO_HURRY =
  "set lock_timeout = '120s'; set statement_timeout = '120s'; set idle_in_transaction_session_timeout = '120s'"

/** Poster, taskers and finance staff, as clients of one server. */
export interface Cast {
  app: TestApp
  /** Posts and pays. */
  anna: Actor
  /** Has applied, works. */
  ben: Actor
  /** Has applied. */
  cleo: Actor
  /** Has not applied. */
  dora: Actor
  fay: Actor
  flo: Actor
}

type Name = Exclude<keyof Cast, 'app'>

const ROLES: Record<Name, Role[]> = { anna: [], ben: [], cleo: [], dora: [], fay: ['FINANCE'], flo: ['FINANCE'] }

export interface Stage {
  contents: Contents
  gates: StatementGate[]
  /** One for each server. */
  casts: Cast[]
  /** Gives all servers one payment provider without a past, which accepts every order. */
  useNewProvider(): ScriptedProvider
  /** Restores the stage without tasks. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** Starts the servers on an empty, migrated database that nothing else uses. */
export async function setStage(connectionString: string): Promise<Stage> {
  const contents = await Contents.connect(connectionString)
  // PostgreSQL looks for deadlocks after one second by default.
  await contents.client.query(`do $$ begin
    execute format('alter database %I set deadlock_timeout = ''100ms''', current_database());
  end $$`)
  // The first job of a name adds the name, under the next number of a sequence.
  for (const job of JOBS) await contents.client.query('select graphile_worker.add_job($1)', [job])
  await contents.client.query('delete from graphile_worker._private_jobs')
  const gates: StatementGate[] = []
  const apps: TestApp[] = []
  for (let index = 0; index < SERVERS; index++) {
    const opened = await StatementGate.open(connectionString)
    const app = await startAppOn(opened.connectionString, { slowOperationMs: NEVER_MS })
    app.database.pool.on('connect', (client) => void client.query(NO_HURRY))
    // The sequencer changes rows at moments of its own.
    await app.services.events.stop()
    gates.push(opened.gate)
    apps.push(app)
  }
  const casts = await Promise.all(await castsOf(apps))
  await contents.save(EMPTY)
  return {
    contents,
    gates,
    casts,
    useNewProvider() {
      const provider = new ScriptedProvider()
      for (const app of apps) {
        app.services.payments = provider
        app.work.payments = provider
      }
      return provider
    },
    clear: () => contents.choose(EMPTY),
    async close() {
      for (const app of apps) await app.stop()
      for (const gate of gates) await gate.close()
      await contents.close()
    },
  }
}

async function castsOf(apps: readonly TestApp[]): Promise<Promise<Cast>[]> {
  const [first] = apps
  if (!first) throw new Error('There is no server.')
  const people = new Map<Name, Omit<Person, 'send'>>()
  for (const [name, roles] of Object.entries(ROLES)) people.set(name as Name, await signedIn(first, name, ...roles))
  return apps.map(async (app) => {
    const actors: [string, Actor][] = []
    for (const [name, someone] of people) actors.push([name, actingAs(await onServer(app, someone), name)])
    return { app, ...Object.fromEntries(actors) } as unknown as Cast
  })
}

/** The same person and session as a client of this server, which signs its own tokens. */
async function onServer(app: TestApp, someone: Omit<Person, 'send'>): Promise<Person> {
  const { uuid: userId, sessionId } = someone
  const accessToken = await signAccessToken(app.authSecret, { userId, sessionId }, new Date(Date.now() + TOKEN_TTL_MS))
  const authorization = `Bearer ${accessToken}`
  return { ...someone, accessToken, send: (query, variables) => send(app, query, variables, { authorization }) }
}
