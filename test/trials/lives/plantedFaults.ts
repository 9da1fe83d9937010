/**
 * The trial `livesFaults`: does the trial `lives` find faults? Each fault is planted in a copy of the sources, and `lives` plays there until it
 * fails. A fault that is not found within its default steps fails this trial.
 *
 * The model alone meets the outcomes that some faults change first after this many of the 3,000 default steps: a won or lost chargeback 16,
 * an approval with its fee 53, a review 54, TERMS_CHANGED 110, HOLD_FROZEN of a refund 173, STALE_VERSION of a payment 639,
 * TOO_MANY_UNFUNDED 648.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../../..')
const COPIED = ['src', 'test', 'schema', 'prisma', 'dist', 'package.json', 'tsconfig.json']
const TIME_MAX_MS = 3_600_000

/** A file, a text that it has once, and the text in its place. */
type Change = [file: string, from: string, to: string]

/** Mistakes that somebody could make, by name. */
export const PLANTED_FAULTS: Record<string, Change[]> = {
  'accepts outdated applications': [
    ['src/tasks/actions/acceptApplication.ts', '  refuseOutdated(application, task)\n', ''],
  ],
  'takes a cent too much as the fee': [
    ['src/domain/fee.ts', 'return share > least ? share : least', 'return share > least ? share + 1n : least'],
  ],
  'refunds a frozen hold': [
    ['src/transfers/refunds/refundHold.ts', '  if (hold.frozen) throw new HoldFrozenError(hold)\n', ''],
  ],
  'shows the first review at once': [
    ['src/reviews/reviewTask.ts', 'if (authors.length > 0) {', 'if (authors.length >= 0) {'],
  ],
  'approves disputed work by itself': [
    [
      'src/tasks/dueTasks.sql.ts',
      `select min(task.auto_approve_at) as at
  from tasks task
  where task.status = 'SUBMITTED'
    and`,
      `select min(coalesce(task.auto_approve_at, task.updated_at + interval '5 days')) as at
  from tasks task
  where task.status in ('SUBMITTED', 'DISPUTED') or false and`,
    ],
    [
      'src/tasks/dueTasks.sql.ts',
      `where task.status = 'SUBMITTED'
    and task.auto_approve_at <= (select errand_now())
    and`,
      `where task.status in ('SUBMITTED', 'DISPUTED')
    and coalesce(task.auto_approve_at, task.updated_at + interval '5 days') <= (select errand_now()) or false and`,
    ],
    ['src/tasks/actions/taskTimers.ts', "status === 'SUBMITTED' && isPast(autoApproveAt, now)", 'true'],
    ['src/transfers/transfers/payTasker.ts', '  if (hold.frozen) throw new HoldFrozenError({ taskId: task.id })\n', ''],
  ],
  'has no limit of unfunded acceptances': [
    ['src/tasks/actions/acceptTask.ts', '  refuseTooManyUnfunded(unfundedCount)\n', ''],
  ],
  'thaws disputed money when a chargeback is won': [
    ['src/transfers/holds/holds.sql.ts', 'set frozen = exists (', 'set frozen = false and exists ('],
  ],
  'pays for an old version of the task': [
    ['src/transfers/holds/fundTask.ts', "  refuseStaleVersion('task', task, expectedVersion)\n", ''],
  ],
  'pays suspended people': [['src/transfers/transfers/isPayeeReady.ts', ' && payee.suspendedAt === null', '']],
  'leaves applications closed when the task is open again': [
    ['src/tasks/applications.sql.ts', "or status = 'CLOSED' and (", "or status = 'CLOSED' and false and ("],
  ],
  'offers a second payment': [
    ['src/tasks/actions/availableActions.ts', '    if (liveHold) throw paidAlready(task.status)\n', ''],
  ],
}

/** The text of a file with a change. Throws unless the file has the text exactly once. */
export async function changed([file, from, to]: Change, root = ROOT): Promise<string> {
  const parts = (await readFile(join(root, file), 'utf8')).split(from)
  if (parts.length !== 2) throw new Error(`${file} has the text ${parts.length - 1} times: ${from}`)
  return parts.join(to)
}

/** Plants each fault, one after the other; `from` is the first of them. */
export async function livesFaults({ from, seeds }: { from: number; seeds?: number }): Promise<void> {
  const faults = Object.entries(PLANTED_FAULTS).slice(from - 1, seeds === undefined ? undefined : from - 1 + seeds)
  const missed: string[] = []
  for (const [name, changes] of faults) {
    const output = await playWith(changes)
    const [, found] = /^(seed \d+ fails after \d+ steps)/m.exec(output) ?? []
    const [, story = ''] = /model predicts[^\n]*\n([\s\S]*?)\n {4}at /.exec(output) ?? []
    if (!found || !story) missed.push(name)
    console.log(`${name}: ${found ?? 'not found'}\n${(story || output.slice(-2_000)).replace(/^/gm, '  ')}\n`)
  }
  if (missed.length > 0) throw new Error(`Not found: ${missed.join(', ')}.`)
  console.log(`All ${faults.length} planted faults were found.`)
}

/** Runs `lives` in a copy of the sources with these changes. Returns its output. */
async function playWith(changes: Change[]): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'errand-fault-'))
  try {
    await Promise.all(COPIED.map((name) => cp(join(ROOT, name), join(copy, name), { recursive: true })))
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    for (const change of changes) await writeFile(join(copy, change[0]), await changed(change, copy))
    return await outputOf(copy)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

function outputOf(folder: string): Promise<string> {
  const signal = AbortSignal.timeout(TIME_MAX_MS)
  const trial = spawn('node_modules/.bin/tsx', ['test/trials/main.ts', 'lives'], { cwd: folder, signal })
  let output = ''
  const collect = (piece: Buffer) => {
    output += piece
  }
  trial.stdout.on('data', collect)
  trial.stderr.on('data', collect)
  return new Promise((done, fail) => {
    trial.on('error', fail)
    trial.on('close', () => done(output))
  })
}
