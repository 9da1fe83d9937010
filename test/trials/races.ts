/**
 * 200 people accept one first-come task at once over HTTP, and 200 people accept 200 tasks. Exactly one wins each task, all others
 * learn when it was accepted, and the database agrees.
 */
import assert from 'node:assert/strict'
import {
  AcceptTaskDocument,
  type AcceptTaskMutation,
  ApplyToTaskDocument,
  type Client,
  CreateTaskDocument,
  FundTaskDocument,
  LedgerHealthDocument,
  TaskHistoryDocument,
} from '../../schema/sdk/index.ts'
import { printTable } from '../bench/report.ts'
import { fromPublicId } from '../support/publicIds.ts'
import { type Ground, prepareGround } from './ground.ts'

const PEOPLE = 200
const APPLICANTS = 5
const ROUNDS = 20

type Someone = Client & { id: string }

/** Runs `seeds` rounds of the first race (20 by default), then the second, and prints p50, p99 and the total of each. */
export async function races({ seeds: rounds = ROUNDS }: { seeds?: number }): Promise<void> {
  const ground = await prepareGround({ worker: 'inline' })
  try {
    await ground.start()
    const poster = await ground.client('Poster')
    const finance = await ground.client('Finance', 'FINANCE')
    const people = await Promise.all(Array.from({ length: PEOPLE }, (_, index) => ground.client(`Person${index}`)))
    const applicants = await Promise.all(
      Array.from({ length: APPLICANTS }, (_, index) => ground.client(`Applicant${index}`)),
    )

    const waits: number[] = []
    const totals: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const taskId = await openTask(poster, `Race ${round}`)
      for (const applicant of applicants) await applyTo(applicant, taskId)
      const { answers, totalMs, waitsMs } = await acceptAll(people.map((person) => ({ person, taskId })))
      await checkOneWinner(ground, { poster, taskId, answers })
      await fund(poster, taskId)
      waits.push(...waitsMs)
      totals.push(totalMs)
    }
    print(`${PEOPLE} people, one task, ${rounds} rounds`, waits, totals)

    const manyWaits: number[] = []
    const manyTotals: number[] = []
    const taskIds = await Promise.all(people.map((_, index) => openTask(poster, `Own task ${index}`)))
    const { answers, totalMs, waitsMs } = await acceptAll(
      people.map((person, index) => ({ person, taskId: taskIds[index] ?? '' })),
    )
    assert.equal(answers.filter((answer) => answer.__typename === 'AcceptTaskPayload').length, PEOPLE)
    manyWaits.push(...waitsMs)
    manyTotals.push(totalMs)
    print(`${PEOPLE} people, ${PEOPLE} tasks`, manyWaits, manyTotals)

    const health = await finance.send(LedgerHealthDocument)
    assert.equal(health.ledgerHealth?.ok, true)
    console.log('The ledger is sound.')
  } finally {
    await ground.end()
  }
}

async function openTask(poster: Client, title: string): Promise<string> {
  const { createTask } = await poster.send(CreateTaskDocument, {
    input: {
      title,
      description: 'First come, first served.',
      budget: { amount: '20.00', currencyCode: 'EUR' },
      acceptanceMode: 'FIRST_COME',
      publish: true,
    },
  })
  assert.equal(createTask.__typename, 'TaskPayload')
  return createTask.task.id
}

async function applyTo(applicant: Client, taskId: string): Promise<void> {
  const { applyToTask } = await applicant.send(ApplyToTaskDocument, { input: { taskId } })
  assert.equal(applyToTask.__typename, 'ApplicationPayload')
}

async function fund(poster: Client, taskId: string): Promise<void> {
  const { fundTask } = await poster.send(FundTaskDocument, {
    input: { idempotencyKey: `fund ${taskId}`, taskId, paymentMethodId: 'pm_ok' },
  })
  assert.equal(fundTask.__typename, 'FundTaskPayload')
}

async function acceptAll(pairs: { person: Someone; taskId: string }[]) {
  const waitsMs: number[] = []
  const startedAt = performance.now()
  const answers = await Promise.all(
    pairs.map(async ({ person, taskId }) => {
      const sentAt = performance.now()
      const { acceptTask } = await person.send(AcceptTaskDocument, { input: { taskId } })
      waitsMs.push(performance.now() - sentAt)
      return acceptTask
    }),
  )
  return { answers, waitsMs, totalMs: performance.now() - startedAt }
}

async function checkOneWinner(
  ground: Ground,
  { poster, taskId, answers }: { poster: Client; taskId: string; answers: AcceptTaskMutation['acceptTask'][] },
): Promise<void> {
  const winners = answers.filter((answer) => answer.__typename === 'AcceptTaskPayload')
  assert.equal(winners.length, 1, 'exactly one person wins')
  const wonAt = winners[0]?.task.acceptedAt
  for (const answer of answers) {
    if (answer.__typename === 'AcceptTaskPayload') continue
    assert.equal(answer.__typename, 'TaskAlreadyAcceptedError', JSON.stringify(answer))
    assert.equal(answer.acceptedAt, wonAt, 'the loser learns the time of the winner')
  }
  const statuses = await ground.database.rows<{ status: string; count: bigint }>`
    /* raceApplications */
    select status::text, count(*)
    from task_applications
    where task_id = ${fromPublicId('tsk', taskId)}
    group by status
    order by status`
  assert.deepEqual(statuses, [
    { status: 'ACCEPTED', count: 1n },
    { status: 'CLOSED', count: BigInt(APPLICANTS) },
  ])
  const history = await poster.send(TaskHistoryDocument, { taskId, first: 100 })
  const accepted = history.task?.history.nodes.filter(({ type }) => type === 'task.accepted')
  assert.equal(accepted?.length, 1, 'one event')
}

function print(name: string, waitsMs: number[], totalsMs: number[]): void {
  const sorted = waitsMs.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(0) ?? ''
  const median = totalsMs.toSorted((one, other) => one - other)[Math.floor(totalsMs.length / 2)]
  printTable(
    'Acceptances over HTTP, ms',
    ['p50', 'p99', 'all answered, median'],
    [[name, at(0.5), at(0.99), median?.toFixed(0) ?? '']],
  )
}
