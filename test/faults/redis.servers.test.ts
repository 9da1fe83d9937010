/** Two servers in two processes share a database and a Redis. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Database } from '../../src/db/client.ts'
import { type Person, signedIn } from '../support/people.ts'
import { createDatabase, type TestDatabase } from '../support/servers/database.ts'
import { post } from '../support/servers/http.ts'
import { noRedisOfOurOwn, type RedisServer, startRedis } from '../support/servers/redis.ts'
import { Subscription } from '../support/servers/streams.ts'

const ROOT = join(import.meta.dirname, '../..')
const SECRET = 'a secret of more than thirty-two bytes'
const WAIT = { timeout: 40_000, interval: 50 }

const CREATE = `mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename } }`
const TASK = { title: 'Walk the dog', description: 'An hour.', budget: { amount: '20.00', currencyCode: 'EUR' } }
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }`
const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }`
const EVENTS = `subscription { events { __typename ... on Event { type } } }`

type Someone = Omit<Person, 'send'>

describe.skipIf(noRedisOfOurOwn)(
  `two servers${noRedisOfOurOwn ? `, where there is a Redis: ${noRedisOfOurOwn}` : ''}`,
  () => {
    let redis: RedisServer
    let copy: TestDatabase
    let database: Database
    const children: ChildProcess[] = []
    let urls: [string, string]

    beforeAll(async () => {
      redis = await startRedis()
      copy = await createDatabase()
      database = new Database({ connectionString: copy.connectionString, connectionsMax: 2, onError: () => {} })
      urls = await Promise.all([startServer(), startServer()])
      for (const url of urls) await untilReachable(url, 1)
    })
    afterAll(async () => {
      for (const child of children) {
        const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
        child.kill('SIGKILL')
        await ended
      }
      await database?.close()
      await copy?.drop()
      await redis?.stop()
    })

    async function startServer(): Promise<string> {
      const env = {
        PATH: String(process.env.PATH),
        HOST: '127.0.0.1',
        PORT: '0',
        AUTH_SECRET: SECRET,
        WORKER: 'off',
        DATABASE_URL: copy.connectionString,
        REDIS_URL: redis.url,
      }
      const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'src/main.ts')], { cwd: ROOT, env })
      children.push(child)
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (piece) => {
          output += piece
        })
      }
      return vi.waitFor(() => {
        const [, url] = /GraphQL {2}(http:\/\/127\.0\.0\.1:\d+)\/graphql/.exec(output) ?? []
        if (!url) throw new Error(`It is not ready:\n${output}`)
        return url
      }, WAIT)
    }

    const untilReachable = (url: string, reachable: 0 | 1) =>
      vi.waitFor(async () => {
        const page = await (await fetch(`${url}/metrics`)).text()
        expect(page).toContain(`errand_redis_reachable ${reachable}\n`)
      }, WAIT)

    const someone = (name: string): Promise<Someone> =>
      signedIn({ database, authSecret: new TextEncoder().encode(SECRET) }, name)

    async function ask(url: string, query: string, input: object, who?: Someone): Promise<unknown> {
      const headers = who ? { authorization: `Bearer ${who.accessToken}` } : {}
      const { body } = await post(url, { query, variables: { input } }, { headers })
      expect(body.errors).toBeUndefined()
      return Object.values(body.data ?? {})[0]
    }

    test('share the budget of a person', async () => {
      const anna = await someone('Anna')
      const answers: unknown[] = []
      for (let index = 0; index < 12; index++) {
        const url = urls[index % 2 === 0 ? 0 : 1]
        answers.push(await ask(url, CREATE, { ...TASK, idempotencyKey: `task ${index}` }, anna))
      }
      const names = answers.map((answer) => (answer as { __typename: string }).__typename)
      expect(names).toEqual([...Array(10).fill('TaskPayload'), 'RateLimitedError', 'RateLimitedError'])
    })

    test('count the failures of an account together', async () => {
      const email = `victim.${Date.now()}@example.com`
      await ask(urls[0], SIGN_UP, { email, password: 'correct horse battery', displayName: 'Victim' })
      const guess = { password: { email, password: 'not the password' } }
      for (let count = 0; count < 5; count++) {
        expect(await ask(urls[count % 2 === 0 ? 0 : 1], SIGN_IN, guess)).toMatchObject({
          __typename: 'UnauthenticatedError',
        })
      }
      for (const url of urls) {
        expect(await ask(url, SIGN_IN, { password: { email, password: 'correct horse battery' } })).toMatchObject({
          __typename: 'RateLimitedError',
        })
      }
    })

    test('wake each other’s streams, with Redis and when it has died', async () => {
      const anna = await someone('Anna')
      const streams = await Promise.all(urls.map((url) => Subscription.open(url, anna.accessToken, EVENTS)))
      const createBy = (url: string) => ask(url, CREATE, { ...TASK, idempotencyKey: crypto.randomUUID() }, anna)
      const typesOn = async (stream: Subscription) => {
        const item = (await stream.next())?.data?.events
        return item?.type
      }
      for (const url of urls) await createBy(url)
      for (const stream of streams) {
        expect([await typesOn(stream), await typesOn(stream)]).toEqual(['task.created', 'task.created'])
      }
      await redis.kill()
      for (const url of urls) await untilReachable(url, 0)
      for (const url of urls) await createBy(url)
      for (const stream of streams) {
        expect([await typesOn(stream), await typesOn(stream)]).toEqual(['task.created', 'task.created'])
        stream.close()
      }
      await redis.startAgain()
      for (const url of urls) await untilReachable(url, 1)
    })

    test('have two connections each under any load', async () => {
      const anna = await someone('Anna')
      let most = 0
      let done = false
      const asked = Array.from({ length: 400 }, (_, index) =>
        post(
          urls[index % 2 === 0 ? 0 : 1],
          { query: '{ viewer { user { id } } }' },
          { headers: { authorization: `Bearer ${anna.accessToken}` } },
        ),
      )
      const all = Promise.all(asked).finally(() => {
        done = true
      })
      while (!done) {
        const list = String(await redis.asks.client('LIST'))
        most = Math.max(most, list.split('\n').filter((line) => line.includes(' name=errand:')).length)
        await pause(5)
      }
      expect(new Set((await all).map(({ status }) => status))).toEqual(new Set([200]))
      expect(most).toBe(4)
      expect(await redis.asks.get(`errand:budget:request:${anna.uuid}`)).toBe('400')
    })
  },
)
