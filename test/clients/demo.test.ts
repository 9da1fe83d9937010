/** `npm run demo` runs its scenario against any server, and reports failures in plain sentences. */
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedDemoWorld } from '../../prisma/seed.ts'
import { allJobs } from '../../src/background/jobs.ts'
import { startWorker } from '../../src/background/worker.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'

const ROOT = resolve(import.meta.dirname, '../..')

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startApp()
  await seedDemoWorld(app)
  url = await app.listen()
})
afterAll(() => app.stop())

interface Played {
  stdout: string
  stderr: string
  code: number
}

async function play(programArguments: string[], environment: Record<string, string> = {}): Promise<Played> {
  const program = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'test/demo.ts'), ...programArguments]
  const options = { env: { ...process.env, ...environment }, timeout: 110_000 }
  return promisify(execFile)(process.execPath, program, options).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    ({ stdout, stderr, code }: Played) => ({ stdout, stderr, code }),
  )
}

/** Starts a foreign server with one fixed response. */
async function startOther(answer: { status: number; body: string }): Promise<{ server: Server; url: string }> {
  const server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('completes its scenario, with the option and with the variable', async () => {
  const worker = startWorker({
    connectionString: app.connectionString,
    work: app.work,
    jobs: allJobs,
    timers: app.timers,
  })
  try {
    const byOption = await play(['--url', url])
    expect(byOption).toMatchObject({ code: 0, stderr: '' })
    expect(byOption.stdout).toMatch(/^- Anna signs up\.\n[\s\S]*- Finance looks at the ledger: it is sound\.\n$/)
    expect(await play([], { ERRAND_URL: `${url}/graphql` })).toMatchObject({ code: 0, stderr: '' })
  } finally {
    await worker.stop()
  }
  // Two processes, with some forty requests each.
}, 240_000)

test('reports an unreachable server in one sentence, with the next step', async () => {
  const { server, url: gone } = await startOther({ status: 200, body: '' })
  await new Promise((closed) => server.close(closed))
  expect(await play(['--url', gone])).toEqual({
    stdout: '',
    stderr: `No server answers at ${gone}/graphql. Start one by \`npm start\`, or name yours: npm run demo -- --url http://127.0.0.1:4000\n`,
    code: 1,
  })
})

test('says in one sentence that it needs a test key for Stripe', async () => {
  const needed = {
    stdout: '',
    stderr:
      'The demo with Stripe needs a server on Stripe and its test key in STRIPE_SECRET_KEY, which is not set: see .github/MONEY.md.\n',
    code: 1,
  }
  expect(await play(['--stripe', '--url', url], { STRIPE_SECRET_KEY: '' })).toEqual(needed)
  expect(await play(['--stripe', '--url', url], { STRIPE_SECRET_KEY: 'sk_live_1' })).toEqual(needed)
})

test('reports a foreign server, or the reason of a refusal', async () => {
  const other = await startOther({ status: 404, body: '<h1>Not found</h1>' })
  const refusal = { __typename: 'RateLimitedError', code: 'X', message: 'Too many accounts.', retryable: false }
  const refusing = await startOther({ status: 200, body: JSON.stringify({ data: { signUp: refusal } }) })
  try {
    expect((await play(['--url', other.url])).stderr).toBe(
      `${other.url}/graphql answered 404, and not as GraphQL does: is it the address of this server?\n`,
    )
    expect((await play(['--url', refusing.url])).stderr).toBe(
      `${refusing.url}/graphql refused this step: Too many accounts.\n`,
    )
    expect((await play(['--url', 'localhost:4000'])).stderr).toBe(
      'localhost:4000 is no address of a server: write it as in http://127.0.0.1:4000.\n',
    )
  } finally {
    other.server.close()
    refusing.server.close()
  }
})
