/** For each mutation with optional input fields: the state that it needs, and where the payload shows each field. */
import { randomUUID } from 'node:crypto'
import { generateSync } from 'otplib'
import { createClient, type FilePurpose, orThrow, UploadFileDocument } from '../../../schema/sdk/index.ts'
import { hashPassword } from '../../../src/accounts/sessions/passwords.ts'
import { sendTransfer } from '../../../src/transfers/transfers/sendTransfer.ts'
import { PASSWORD } from '../accounts.ts'
import { ask } from '../ask.ts'
import { sandboxChargeback } from '../chargebacks.ts'
import { type Someone, someone } from '../customerService.ts'
import { notificationsOf, peopleAreNotified } from '../outgoing/notifications.ts'
import { endpointOf } from '../outgoing/webhooks.ts'
import type { Person } from '../people.ts'
import { toPublicId } from '../publicIds.ts'
import type { TestApp } from '../servers/app.ts'
import { type Actor, actor, type Named } from '../story.ts'
import { files } from '../uploads.ts'
import { holdOf } from '../worlds/authorizationWorld.ts'

export interface Kept {
  /** The value that is sent, or a function that makes it for the sender. */
  sent: unknown | ((by: Person) => Promise<unknown>)
  /** The path to it in the payload: `task.category.id`. */
  at: string
  /** Other fields that must be sent with it. */
  also?: Record<string, unknown>
  /** The type of the first field, if the root field has an interface type. */
  type?: string
  /** The value that is read, if it differs from the one that is sent. */
  read?: unknown
}

export interface Way {
  /** Creates the state; returns the sender and the required input. */
  begin(): Promise<Begun>
  kept: Record<string, Kept>
}

interface Begun {
  by: Person
  input: Record<string, unknown>
  /** A query field that shows the same as the payload: for an update, and for a sender who no longer sees the payload. */
  root?: string
  /** The reader of that field, if it is not the sender. */
  reader?: Person
}

/** Fields that are not stored, because they concern the request itself. */
export const NOT_KEPT: Record<string, string> = {
  idempotencyKey: 'identifies the request',
  expectedVersion: 'refuses a stale request',
  expectedTaskVersion: 'refuses a stale request',
  expectedPrice: 'refuses a stale request',
  lastSeenSequence: 'refuses a stale request',
  sha256: 'refuses a file that changed in transit',
  password: 'a way to sign in, and an answer to a challenge',
  refreshToken: 'a way to sign in',
  openId: 'a way to sign in',
  nonce: 'a proof of the answer of a provider',
  secondFactor: 'completes a sign-in',
  passkey: 'a way to sign in, and an answer to a challenge',
  code: 'an answer to a challenge',
  recoveryCode: 'an answer to a challenge',
  currentPassword: 'proves who sends the request',
  rotateSecret: 'makes a secret, which is shown once',
}

const DEADLINE = '2031-05-06T07:08:09.000Z'
const PLACE = { label: 'Tartu', latitude: '58.4', longitude: '26.7', remote: true }
const PRICE = { amount: '34.50', currencyCode: 'EUR' }
const MONEY = '{ amount currencyCode }'
const REASON = {
  sent: 'Because of the rain.',
  at: 'task.history.nodes { ... on TaskEvent { reason } }',
  read: { reason: 'Because of the rain.' },
}

/** Creates people and returns the cases by mutation. */
export async function waysOfInputs(app: TestApp): Promise<Record<string, Way>> {
  const url = `${await app.listen()}/graphql`
  const anna = await actor(app, 'Anna')
  const ben = await actor(app, 'Ben')
  const fay = await actor(app, 'Fay', 'FINANCE')
  const category = await app.prisma.category.findFirstOrThrow()
  const categoryId = toPublicId('cat', category.id)

  const fileFor =
    (purpose: FilePurpose) =>
    async ({ accessToken }: Person) => {
      const file = new File([new Uint8Array(files.png())], 'picture.png')
      const sent = await createClient({ url, token: accessToken }).send(UploadFileDocument, {
        input: { purpose, file },
      })
      const { id } = orThrow(sent.uploadFile).attachment
      return purpose === 'AVATAR' ? id : [id]
    }
  const content: Record<string, Kept> = {
    title: { sent: 'Mow the lawn', at: 'task.title' },
    description: { sent: 'Front and back.', at: 'task.description' },
    budget: { sent: PRICE, at: `task.budget ${MONEY}` },
    categoryId: { sent: categoryId, at: 'task.category.id' },
    acceptanceMode: { sent: 'FIRST_COME', at: 'task.acceptanceMode' },
    inviteeId: { sent: ben.id, at: 'task.invitee.id', also: { acceptanceMode: 'INVITE_ONLY' } },
    deadline: { sent: DEADLINE, at: 'task.deadline' },
    location: { sent: PLACE, at: 'task.location { label latitude longitude remote }' },
    attachmentIds: { sent: fileFor('TASK'), at: 'task.attachments.id' },
  }

  const onTask = (begin: () => Promise<[by: Actor, task: Named]>): Way => ({
    kept: { reason: REASON },
    async begin() {
      const [by, { id }] = await begin()
      return { by, input: { taskId: id }, root: `task(id: "${id}")`, reader: anna }
    },
  })
  const onApplication = (by: Actor): Way => ({
    kept: { reason: REASON },
    async begin() {
      const task = await postedForChoice()
      const application = await ben.applies(task)
      return { by, input: { applicationId: application.id }, root: `task(id: "${task.id}")`, reader: anna }
    },
  })
  const onDispute = (kept: Record<string, Kept>): Way => ({
    kept: {
      ...kept,
      statement: {
        sent: 'It was white.',
        at: 'dispute.task.history.nodes { ... on TaskEvent { reason } }',
        read: { reason: 'It was white.' },
      },
    },
    async begin() {
      const { id } = await anna.disputes(await atWork())
      return { by: anna, input: { disputeId: id } }
    },
  })
  const postedForChoice = () => anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  /** A funded task, with Ben as assignee. */
  async function atWork(): Promise<Named> {
    const task = await anna.posts()
    await ben.accepts(task)
    await anna.funds(task)
    return task
  }

  return {
    reviewTask: {
      async begin() {
        const task = await atWork()
        await ben.submits(task)
        await anna.approves(task)
        return { by: anna, input: { taskId: task.id, rating: 4 } }
      },
      kept: { comment: { sent: 'Neat work.', at: 'review.comment' } },
    },
    reverseTransfer: {
      async begin() {
        const task = await atWork()
        await ben.submits(task)
        const transfer = await anna.approves(task)
        await sendTransfer(app.work, { transferId: transfer.uuid })
        const amount = { amount: '9.00', currencyCode: 'EUR' }
        const input = { idempotencyKey: transfer.id, transferId: transfer.id, amount, reason: 'Late.' }
        return { by: await actor(app, 'Fay', 'FINANCE'), input }
      },
      kept: { returnFee: { sent: true, at: 'reversal.feeReturned.amount', read: '1.00' } },
    },
    createAccessToken: {
      begin: async () => ({ by: await actor(app, 'Scripted'), input: { name: 'Script', scopes: ['TASKS_READ'] } }),
      kept: { expiresAt: { sent: '2100-01-01T00:00:00.000Z', at: 'accessToken.expiresAt' } },
    },
    confirmTotp: {
      async begin() {
        const by = await actor(app, 'Secured')
        // `actor` has no password.
        await app.database.run`
          /* testPassword */
          update users
          set password_hash = ${await hashPassword(PASSWORD)}
          where id = ${by.uuid}`
        const query =
          'mutation ($input: StartTotpInput!) { startTotp(input: $input) { ... on TotpPayload { secret } } }'
        const input = { currentPassword: PASSWORD }
        const { startTotp } = await ask<{ startTotp: { secret: string } }>(by, query, { input })
        return { by, input: { code: generateSync(startTotp) } }
      },
      kept: { name: { sent: 'My phone', at: 'secondFactors.name', read: ['My phone'] } },
    },
    createTask: {
      begin: async () => ({
        by: anna,
        input: { title: 'Paint', description: 'White.', budget: { amount: '20.00', currencyCode: 'EUR' } },
      }),
      kept: { ...content, publish: { sent: true, at: 'task.status', read: 'OPEN' } },
    },
    updateTask: {
      async begin() {
        const task = await anna.drafts({ acceptanceMode: 'POSTER_CHOICE', location: { label: 'Valga' } })
        return { by: anna, input: { taskId: task.id, expectedVersion: 1 }, root: `task(id: "${task.id}")` }
      },
      kept: content,
    },
    updateApplication: {
      async begin() {
        const application = await ben.applies(await postedForChoice())
        return {
          by: ben,
          input: { applicationId: application.id, expectedTaskVersion: 1 },
          root: `node(id: "${application.id}")`,
        }
      },
      kept: {
        message: { sent: 'I have a ladder.', at: 'application.message', type: 'TaskApplication' },
        price: { sent: PRICE, at: `application.price ${MONEY}`, type: 'TaskApplication' },
      },
    },
    updateProfile: {
      begin: async () => ({ by: anna, input: {}, root: 'viewer' }),
      kept: {
        displayName: { sent: 'Anna Karenina', at: 'viewer.user.displayName' },
        avatarId: { sent: fileFor('AVATAR'), at: 'viewer.user.avatar.id' },
        locale: { sent: 'de-AT', at: 'viewer.locale' },
        timeZone: { sent: 'Europe/Vienna', at: 'viewer.timeZone' },
      },
    },
    fundTask: {
      begin: async () => ({
        by: anna,
        input: { taskId: (await anna.posts()).id, paymentMethodId: 'pm_ok', idempotencyKey: randomUUID() },
        root: 'viewer',
      }),
      kept: { savePaymentMethod: { sent: true, at: 'viewer.paymentMethods.id', read: ['pm_ok'] } },
    },
    applyToTask: {
      begin: async () => ({ by: ben, input: { taskId: (await postedForChoice()).id } }),
      kept: {
        message: { sent: 'I have a ladder.', at: 'application.message' },
        price: { sent: PRICE, at: `application.price ${MONEY}` },
      },
    },
    acceptApplication: onApplication(anna),
    rejectApplication: onApplication(anna),
    withdrawApplication: onApplication(ben),
    publishTask: onTask(async () => [anna, await anna.drafts()]),
    cancelTask: onTask(async () => [anna, await anna.posts()]),
    withdrawFromTask: onTask(async () => [ben, await atWork()]),
    requestChanges: onTask(async () => {
      const task = await atWork()
      await ben.submits(task)
      return [anna, task]
    }),
    submitWork: {
      begin: async () => ({ by: ben, input: { taskId: (await atWork()).id } }),
      kept: {
        message: { sent: 'It is white now.', at: 'task.submission.message' },
        attachmentIds: { sent: fileFor('TASK'), at: 'task.submission.attachments.id' },
      },
    },
    openDispute: {
      begin: async () => ({ by: anna, input: { taskId: (await atWork()).id, reason: 'The paint is grey.' } }),
      kept: { evidenceIds: { sent: fileFor('EVIDENCE'), at: 'dispute.evidence.id' } },
    },
    addEvidence: onDispute({ evidenceIds: { sent: fileFor('EVIDENCE'), at: 'dispute.evidence.id' } }),
    withdrawDispute: onDispute({ evidenceIds: { sent: fileFor('EVIDENCE'), at: 'dispute.evidence.id' } }),
    submitChargebackEvidence: {
      begin: async () => ({
        by: fay,
        input: {
          idempotencyKey: crypto.randomUUID(),
          chargebackId: await sandboxChargeback(app, await holdOf(app, await atWork())),
          statement: 'It was painted.',
          submit: false,
        },
      }),
      kept: { evidenceIds: { sent: fileFor('EVIDENCE'), at: 'chargeback.evidence.id' } },
    },
    openSandboxChargeback: {
      begin: async () => ({
        by: await actor(app, 'Ada', 'ADMIN'),
        input: { holdId: await holdOf(app, await atWork()) },
      }),
      kept: {
        amount: { sent: { amount: '1.50', currencyCode: 'EUR' }, at: `amount ${MONEY}` },
        reason: { sent: 'duplicate', at: 'reason' },
      },
    },
    resolveDispute: {
      async begin() {
        const dispute = await anna.disputes(await atWork())
        const toTasker = { amount: '5.00', currencyCode: 'EUR' }
        return {
          by: fay,
          input: { idempotencyKey: dispute.id, disputeId: dispute.id, toTasker, note: 'A quarter is done.' },
          root: `dispute(id: "${dispute.id}")`,
          reader: anna,
        }
      },
      kept: {
        messageToBoth: {
          sent: 'Please be kind.',
          at: 'dispute.task.chat.messages(last: 1).nodes.body',
          read: 'Please be kind.',
        },
      },
    },
    sendMessage: {
      async begin() {
        const task = await anna.posts()
        const chat = await ben.accepts(task)
        return { by: anna, input: { chatId: chat.id, body: 'Which door?' } }
      },
      kept: { attachmentIds: { sent: fileFor('CHAT'), at: 'sentMessage.attachments.id' } },
    },
    ...waysOfTelling(app, {
      anna,
      ben,
      ada: await actor(app, 'Ada', 'ADMIN'),
      nora: await actor(app, 'Nora'),
    }),
    ...(await waysOfService(app, { anna, fileForChat: fileFor('CHAT') })),
  }
}

function waysOfTelling(
  app: TestApp,
  { anna, ben, ada, nora }: Record<'anna' | 'ben' | 'ada' | 'nora', Actor>,
): Record<string, Way> {
  const url = 'https://example.com/hook'
  /** The only unread notification of Nora. */
  async function notified(): Promise<string> {
    await ben.applies(await nora.posts({ acceptanceMode: 'POSTER_CHOICE' }))
    await peopleAreNotified(app)
    const [newest] = (await notificationsOf(nora)).toReversed()
    return newest?.id ?? ''
  }
  return {
    createWebhookEndpoint: {
      begin: async () => ({ by: ada, input: { url } }),
      kept: {
        description: { sent: 'Orders', at: 'endpoint.description' },
        eventTypes: { sent: ['task.accepted'], at: 'endpoint.eventTypes' },
        platform: { sent: true, at: 'endpoint.platform' },
      },
    },
    updateWebhookEndpoint: {
      async begin() {
        const { id } = await endpointOf(anna, url)
        return { by: anna, input: { endpointId: id }, root: `node(id: "${id}")` }
      },
      kept: {
        url: { sent: 'https://example.com/other', at: 'endpoint.url', type: 'WebhookEndpoint' },
        description: { sent: 'Orders', at: 'endpoint.description', type: 'WebhookEndpoint' },
        eventTypes: { sent: ['task.accepted'], at: 'endpoint.eventTypes', type: 'WebhookEndpoint' },
        enabled: { sent: false, at: 'endpoint.enabled', type: 'WebhookEndpoint' },
      },
    },
    markNotificationsRead: {
      begin: async () => ({ by: nora, input: {} }),
      kept: {
        ids: { sent: async () => [await notified()], at: 'viewer.unreadNotifications', read: 0 },
        upTo: { sent: notified, at: 'viewer.unreadNotifications', read: 0 },
      },
    },
  }
}

async function waysOfService(
  app: TestApp,
  { anna, fileForChat }: { anna: Actor; fileForChat(by: Person): Promise<unknown> },
): Promise<Record<string, Way>> {
  const gil = await someone(app, 'Gil', 'AGENT')
  const hal = await someone(app, 'Hal', 'AGENT')
  await gil.is('BUSY', 50)
  await hal.is('BUSY', 50)
  /** A chat that Gil has claimed. */
  async function taken(): Promise<{ customer: Someone; chat: Named }> {
    const customer = await someone(app, 'Customer')
    // Those of the disputes.
    await app.database.run`
      /* endQueue */
      update chats
      set status = 'ENDED', end_reason = 'AGENT_ENDED', ended_at = errand_now()
      where status = 'QUEUED'`
    await customer.seeksHelp()
    return { customer, chat: await gil.claims() }
  }
  return {
    startSupportChat: {
      begin: async () => ({ by: await someone(app, 'Customer'), input: { message: 'I need help.' } }),
      kept: {
        subject: { sent: 'A refund', at: 'chat.subject' },
        aboutId: { sent: (await anna.posts()).id, at: 'chat.about.id' },
        attachmentIds: { sent: fileForChat, at: 'chat.messages(first: 5).nodes.attachments.id' },
      },
    },
    assignChat: {
      async begin() {
        const { id } = (await taken()).chat
        return { by: gil, input: { chatId: id, agentId: hal.agentId }, root: `chat(id: "${id}")`, reader: hal }
      },
      kept: { note: { sent: 'Speaks French.', at: 'chat.notes.nodes.body', type: 'SupportChat' } },
    },
    rateChat: {
      async begin() {
        const { customer, chat } = await taken()
        await customer.ends(chat)
        return { by: customer, input: { chatId: chat.id, score: 5 } }
      },
      kept: { comment: { sent: 'Quick and kind.', at: 'chat.rating.comment' } },
    },
    setAgentAvailability: {
      begin: async () => ({ by: gil, input: { availability: 'BUSY' } }),
      kept: { capacity: { sent: 7, at: 'agent.capacity' } },
    },
  }
}
