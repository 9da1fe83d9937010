/** The worker under faults: errors, a lost database, a stop, a kill, and a second worker. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { unlockJobsOfDeadWorkers } from '../../src/background/jobs.sql.ts'
import { startSweep } from '../../src/background/sweep.ts'
import { type Jobs, startWorker } from '../../src/background/worker.ts'
import { Database } from '../../src/db/client.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import type { Repetition } from '../../src/domain/repeat.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { createDueTable, doneRows, dueTimer } from '../support/dueTimers.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { runStatement, urlOfDatabase } from '../support/servers/server.ts'

// Ends tests that hang; does not measure speed.
const IN_TIME = { timeout: 45_000 }
const WORKER_OWNER = join(import.meta.dirname, '../support/servers/workerOwner.ts')

let app: TestApp
let done: string[]
const running: Repetition[] = []
const children: ChildProcess[] = []

beforeAll(async () => {
  app = await startApp()
  await createDueTable(app.database)
})
afterAll(async () => {
  await app.stop()
})
beforeEach(() => {
  done = []
  app.logLines.length = 0
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }
  await Promise.all(running.splice(0).map((worker) => worker.stop()))
})

function work(sendTransfer: Jobs['sendTransfer']): Repetition {
  const { connectionString } = app
  const worker = startWorker({
    connectionString,
    work: app.work,
    jobs: {
      sendTransfer,
      sendReversal: async () => {},
      sendRefund: async () => {},
      runReconciliation: async () => {},
      deliverMail: async () => {},
      mailPasswordReset: async () => {},
    },
    timers: [],
  })
  running.push(worker)
  return worker
}

const order = (id: string) => withTransaction(app.database, (tx) => enqueue(tx, { task: 'sendTransfer', id }))
const note = async (_work: unknown, id: string) => done.push(id)

async function openJobs(): Promise<number> {
  const rows = await app.database.rows`/* testJobs */ select id from graphile_worker.jobs`
  return rows.length
}

test('runs committed jobs, and never rolled back ones', async () => {
  await expect(
    withTransaction(app.database, async (tx) => {
      await enqueue(tx, { task: 'sendTransfer', id: 'rolled back' })
      throw new Error('Refused.')
    }),
  ).rejects.toThrow('Refused.')
  await order('committed')
  work(note)
  await expect.poll(() => done, IN_TIME).toEqual(['committed'])
  await expect.poll(openJobs, IN_TIME).toBe(0)
})

test('a job that is enqueued twice before it runs, runs once', async () => {
  await order('one')
  await order('one')
  await order('two')
  work(note)
  await expect.poll(() => [...done].sort(), IN_TIME).toEqual(['one', 'two'])
  await expect.poll(openJobs, IN_TIME).toBe(0)
})

test('a job that is enqueued while it runs, runs again afterwards', async () => {
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  work(async (_work, id) => {
    done.push(id)
    await held
  })
  await order('one')
  await expect.poll(() => done, IN_TIME).toEqual(['one'])
  await order('one')
  await expect.poll(() => done, IN_TIME).toEqual(['one', 'one'])
  goOn()
  await expect.poll(openJobs, IN_TIME).toBe(0)
})

test('a failing job is logged once, without its payload, and does not affect others', async () => {
  work(async (_work, id) => {
    if (id === 'bad') throw new Error('The provider is on fire.')
    done.push(id)
  })
  await order('bad')
  await order('good')
  await expect.poll(() => done, IN_TIME).toEqual(['good'])
  await expect.poll(openJobs, IN_TIME).toBe(0)
  expect(app.logLines.filter(({ msg }) => msg === 'a job failed')).toHaveLength(1)
  expect(app.logLines.filter((line) => 'payload' in line || 'job' in line)).toMatchObject([{ job: 'sendTransfer' }])
})

test('a stop waits for the running job, and starts no other', async () => {
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let isStopped = false
  const worker = work(async (_work, id) => {
    await held
    done.push(id)
  })
  await order('in flight')
  await expect.poll(lockedJobs, IN_TIME).toBe(1)
  running.pop()
  const stopped = worker.stop().then(() => {
    isStopped = true
  })
  await order('held as well')
  expect(isStopped).toBe(false)
  goOn()
  await stopped
  const doneAtTheStop = [...done]
  await order('too late')
  expect(doneAtTheStop).toContain('in flight')
  // Each job is done or still queued: the stop loses none.
  expect(done).toEqual(doneAtTheStop)
  expect(done.length + (await openJobs())).toBe(3)
  await app.database
    .run`/* testForget */ select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`
})

test('survives the loss of all database connections, even during a job', async () => {
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  work(async (_work, id) => {
    if (id === 'before') await held
    done.push(id)
  })
  await order('before')
  await expect.poll(lockedJobs, IN_TIME).toBe(1)
  for (let cut = 0; cut < 3; cut++) await cutConnections()
  goOn()
  await cutConnections()
  await expect.poll(() => done, IN_TIME).toContain('before')
  await expect
    .poll(
      () =>
        order('after').then(
          () => true,
          () => false,
        ),
      IN_TIME,
    )
    .toBe(true)
  await expect.poll(() => done, IN_TIME).toContain('after')
  await expect.poll(openJobs, IN_TIME).toBe(0)
})

test('the job of a killed worker is taken over by another', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER_OWNER, app.connectionString, 'hang'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  await order('orphan')
  const [began] = await once(child.stdout, 'data')
  expect(String(began)).toBe('began orphan\n')
  child.kill('SIGKILL')
  await once(child, 'exit')
  work(note)
  await expect.poll(() => done, IN_TIME).toEqual(['orphan'])
  await expect.poll(openJobs, IN_TIME).toBe(0)
})

test('the job of a live worker is not taken over, even if it takes long', async () => {
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  work(async (_work, id) => {
    await held
    done.push(id)
  })
  await order('slow')
  await expect.poll(lockedJobs, IN_TIME).toBe(1)
  // Makes the job look old, which must not matter to the other worker.
  await app.database.run`
    /* testAge */
    update graphile_worker._private_jobs
    set locked_at = locked_at - interval '1 hour'`
  await unlockJobsOfDeadWorkers(app.database)
  expect(await lockedJobs()).toBe(1)
  expect(done).toEqual([])
  goOn()
  await expect.poll(() => done, IN_TIME).toEqual(['slow'])
})

test('two sweeps on one database process each row once', async () => {
  await app.database.run`
    /* testManyDue */
    insert into due_things (timer, label, due_at)
    select 'shared', 'thing ' || number, errand_now()
    from generate_series(1, 500) as number`
  const second = new Database({ connectionString: app.connectionString, connectionsMax: 5, onError: () => {} })
  const timers = [dueTimer('shared')]
  const sweeps = [
    startSweep({ work: app.work, timers }),
    startSweep({ work: { ...app.work, database: second }, timers }),
  ]
  try {
    await expect.poll(async () => (await doneRows(app.database)).length, IN_TIME).toBe(500)
    const twice = await app.database.rows`/* testTwice */ select label from due_things where done_count <> 1`
    expect(twice).toEqual([])
  } finally {
    await Promise.all(sweeps.map((sweep) => sweep.stop()))
    await second.close()
  }
})

test('a timer that keeps failing is logged once, and the others continue', async () => {
  let turns = 0
  const failing = {
    name: 'failing',
    nextDue: async () => null,
    runDue: async () => {
      turns++
      throw new Error('The timer is broken.')
    },
  }
  const sweep = startSweep({ work: app.work, timers: [failing, dueTimer('other')] })
  try {
    await expect.poll(() => turns, IN_TIME).toBeGreaterThanOrEqual(3)
    await app.database.run`
      /* testDueNow */
      insert into due_things (timer, label, due_at)
      values ('other', 'goes on', errand_now())`
    await expect
      .poll(async () => (await doneRows(app.database)).map(({ label }) => label), IN_TIME)
      .toContain('goes on')
    expect(app.logLines.filter(({ name }) => name === 'failing')).toHaveLength(1)
  } finally {
    await sweep.stop()
  }
})

async function lockedJobs(): Promise<number> {
  const rows = await app.database.rows`/* testLocked */ select id from graphile_worker.jobs where locked_at is not null`
  return rows.length
}

/** Ends all connections to the database, like a restart. */
const cutConnections = () =>
  runStatement(
    urlOfDatabase(app.connectionString, 'postgres'),
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${new URL(app.connectionString).pathname.slice(1)}'`,
  )
