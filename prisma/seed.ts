/**
 * The demo world: people to sign in as, and tasks in every state that people can bring about. It is made by the rules that
 * everybody goes by, so whatever it shows is true of real ones.
 */
import { createHash } from 'node:crypto'
import { hashPassword } from '../src/accounts/passwords.ts'
import type { Role } from '../src/db/generated/enums.ts'
import { newId, toPublicId } from '../src/db/ids.ts'
import { type Tx, withTransaction } from '../src/db/transaction.ts'
import type { Caller } from '../src/domain/caller.ts'
import { fromDecimal } from '../src/domain/money.ts'
import type { Files } from '../src/files/files.ts'
import type { Work } from '../src/jobs/timer.ts'
import { acceptApplication } from '../src/tasks/acceptApplication.ts'
import { acceptTask } from '../src/tasks/acceptTask.ts'
import { applyToTask } from '../src/tasks/applyToTask.ts'
import { approveWork } from '../src/tasks/approveWork.ts'
import { cancelTask } from '../src/tasks/cancelTask.ts'
import { createTask } from '../src/tasks/createTask.ts'
import { submitWork } from '../src/tasks/submitWork.ts'
import type { TaskContent } from '../src/tasks/tasks.sql.ts'
import { fundTask } from '../src/transfers/fundTask.ts'
import { makeChat } from './demoChat.ts'
import { makeSupportChats } from './demoSupport.ts'

export const DEMO_PASSWORD = 'demo-password-1'

const PEOPLE = [
  { email: 'poster@demo.test', displayName: 'Paula Poster', roles: [] },
  { email: 'tasker@demo.test', displayName: 'Tom Tasker', roles: [] },
  { email: 'agent@demo.test', displayName: 'Alma Agent', roles: ['AGENT'] },
  { email: 'finance@demo.test', displayName: 'Felix Finance', roles: ['FINANCE'] },
  { email: 'admin@demo.test', displayName: 'Ada Admin', roles: ['ADMIN'] },
] as const satisfies readonly { email: string; displayName: string; roles: readonly Role[] }[]

// Who asks customer service; nobody needs to sign in as them.
const CUSTOMERS = [
  { email: 'clara@demo.test', displayName: 'Clara Customer', roles: [] },
  { email: 'karl@demo.test', displayName: 'Karl Kunde', roles: [] },
  { email: 'rosa@demo.test', displayName: 'Rosa Ruiz', roles: [] },
] as const

export const DEMO_ADDRESSES: readonly string[] = PEOPLE.map(({ email }) => email)

const DAY_MS = 86_400_000

/** Makes the demo world in a database without people; elsewhere does nothing. Says whether it made it. */
export async function seedDemoWorld(server: DemoServer): Promise<boolean> {
  const { work } = server
  // A glance, so that only the first start pays for a hash; makePeople looks again under its lock.
  if ((await work.database.run`/* anyPerson */ select from users limit 1`) > 0) return false
  const passwordHash = await hashPassword(DEMO_PASSWORD)
  const people = await withTransaction(work.database, (tx) => makePeople(tx, passwordHash))
  if (!people) return false
  const { chatId } = await makeTasks(work, people)
  await makeChat(server, { ...people, chatId })
  await makeSupportChats(work, people)
  return true
}

/** What the demo world is made on. */
export interface DemoServer {
  work: Work
  files: Pick<Files, 'store' | 'limits'>
}

export interface DemoPeople {
  poster: Caller
  tasker: Caller
  agent: Caller
  customers: readonly Caller[]
}

async function makePeople(tx: Tx, passwordHash: string): Promise<DemoPeople | undefined> {
  // Locked, so that of two servers that find an empty database one makes the people.
  await tx.run`/* lockPeople */ lock table users in share row exclusive mode`
  if ((await tx.run`/* anyPerson */ select from users limit 1`) > 0) return undefined
  const callers: Caller[] = []
  for (const { email, displayName, roles } of [...PEOPLE, ...CUSTOMERS]) {
    const id = newId()
    await tx.run`
      /* seedPerson */
      insert into users (id, email, display_name, password_hash, roles, created_at)
      values (${id}, ${email}, ${displayName}, ${passwordHash}, ${['USER', ...roles]}::role[], errand_now())`
    callers.push({ id, roles: ['USER', ...roles], sessionId: newId() })
  }
  const [poster, tasker, agent, , , ...customers] = callers
  return poster && tasker && agent && { poster, tasker, agent, customers }
}

async function makeTasks(work: Work, { poster, tasker }: DemoPeople): Promise<{ chatId: string }> {
  const within = <Result>(rule: (tx: Tx) => Promise<Result>) => withTransaction(work.database, rule)
  const post = async (content: Partial<TaskContent> & Pick<TaskContent, 'title' | 'description'>, publish = true) => {
    const whole = { ...PLAIN, deadline: new Date(Date.now() + 30 * DAY_MS), ...content }
    const { taskId } = await within((tx) =>
      createTask(tx, { posterId: poster.id, content: whole, attachmentIds: [], publish }),
    )
    return taskId
  }
  const apply = async (taskId: string, message: string) => {
    const application = { taskId, applicantId: tasker.id, message, price: undefined }
    return (await within((tx) => applyToTask(tx, application))).applicationId
  }
  const accept = (applicationId: string) =>
    within((tx) =>
      acceptApplication(tx, { applicationId, caller: poster, expectedVersion: undefined, reason: undefined }),
    )
  const fund = (taskId: string) =>
    fundTask(work, {
      taskId: toPublicId('tsk', taskId),
      paymentMethodId: 'pm_ok',
      idempotencyKey: `demo ${taskId}`,
      requestHash: createHash('sha256').update(taskId).digest(),
      caller: poster,
    })
  const submit = (taskId: string, message: string) =>
    within((tx) => submitWork(tx, { taskId, caller: tasker, message, attachmentIds: [] }))

  await post({ title: 'Paint the fence', description: 'Still to be measured. White, or nearly.' }, false)
  await post({
    title: 'Walk the dog on weekdays',
    description: 'Rex is old and kind. Half an hour at noon.',
    acceptanceMode: 'FIRST_COME',
    budgetMinor: cents('15.00'),
  })
  await apply(
    await post({
      title: 'Assemble a wardrobe',
      description: 'Two metres wide, the manual is complete.',
      budgetMinor: cents('60.00'),
    }),
    'I have done this one before.',
  )
  await apply(
    await post({ title: 'Mow the lawn', description: 'Front and back, 300 square metres.' }),
    'I bring a mower.',
  )
  await apply(await post({ title: 'Fix a dripping tap', description: 'In the kitchen.' }), 'This evening.')
  const awaiting = await post({
    title: 'Clear out the cellar',
    description: 'Four shelves and a bicycle.',
    acceptanceMode: 'FIRST_COME',
  })
  await within((tx) => acceptTask(tx, { taskId: awaiting, taskerId: tasker.id, expectedPrice: undefined }))

  const assigned = await post({
    title: 'Translate a rental contract',
    description: 'Six pages, German to English.',
    remote: true,
  })
  const { chatId } = await accept(await apply(assigned, 'By Friday.'))
  await fund(assigned)

  const submitted = await post({ title: 'Photograph a flat', description: 'Three rooms, daylight.' })
  await accept(await apply(submitted, 'Wide-angle lens at hand.'))
  await fund(submitted)
  await submit(submitted, 'Twenty pictures, the best five first.')

  const completed = await post({
    title: 'Carry a sofa upstairs',
    description: 'Second floor, wide stairs.',
    budgetMinor: cents('80.00'),
  })
  await accept(await apply(completed, 'Two of us.'))
  await fund(completed)
  await submit(completed, 'It fits.')
  await within((tx) => approveWork(tx, { taskId: completed, caller: poster, expectedVersion: undefined }))

  const canceled = await post({ title: 'Water the plants', description: 'No longer needed: we stay at home.' })
  await within((tx) =>
    cancelTask(tx, { taskId: canceled, caller: poster, expectedVersion: undefined, reason: 'We stay.' }),
  )
  return { chatId }
}

const cents = (amount: string): bigint => fromDecimal(amount, 'EUR') ?? 0n

const PLAIN: Omit<TaskContent, 'title' | 'description' | 'deadline'> = {
  categoryId: null,
  acceptanceMode: 'POSTER_CHOICE',
  inviteeId: null,
  budgetMinor: cents('40.00'),
  currency: 'EUR',
  locationLabel: null,
  latitude: null,
  longitude: null,
  remote: false,
}
