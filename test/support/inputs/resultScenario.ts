/** A scenario that returns every member of a result union that has rows once, each by a request that can be replayed. */
import { TestWebhookEndpointDocument } from '../../../schema/sdk/generated.ts'
import { chargedBack } from '../chargebacks.ts'
import { moneyMoves, type World } from '../money.ts'
import { peopleAreNotified } from '../outgoing/notifications.ts'
import { endpointOf } from '../outgoing/webhooks.ts'
import { type Person, person } from '../people.ts'
import { fromPublicId, toPublicId } from '../publicIds.ts'
import { lost, refusedForGood } from '../scriptedProvider.ts'
import { differenceRow } from '../worlds/authorizationWorld.ts'

/** A request that returns the same result when it is sent again. */
export interface RepeatableRequest {
  caller: Pick<Person, 'accessToken'>
  mutation: string
  input: object
  /** The member of the result union that it returns. */
  member: string
}

type Ids = Record<string, { id: string }>

/** Plays the scenario and returns its requests. */
export async function playResults(world: World): Promise<RepeatableRequest[]> {
  const { app, provider, anna, ben, fay } = world
  const requests: RepeatableRequest[] = []
  // `selection`: for a row's id that a later request needs.
  const does = async (caller: Person, mutation: string, member: string, fields: object, selection = '') => {
    const input = {
      ...fields,
      ...(!WITHOUT_KEY.has(mutation) && { idempotencyKey: `key-of-request-${requests.length}` }),
    }
    const inputType = INPUT_TYPES[mutation] ?? `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
    const query = `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { __typename ${selection && `... on ${member} { ${selection} }`} } }`
    const answer = await caller.send(query, { input })
    const outcome = answer.data?.[mutation] as (Ids & { __typename: string }) | undefined
    if (outcome?.__typename !== member) throw new Error(`${mutation}: ${JSON.stringify(answer)}`)
    requests.push({ caller, mutation, input, member })
    return outcome
  }
  const idOf = async (row: string, outcome: Promise<Ids>) => (await outcome)[row]?.id ?? ''
  const posts = (acceptanceMode: string) =>
    idOf('task', does(anna, 'createTask', 'TaskPayload', { ...A_TASK, acceptanceMode }, 'task { id }'))
  const [cleo, ada, gus] = [
    await person(app, 'Cleo'),
    await person(app, 'Ada', 'ADMIN'),
    await person(app, 'Gus', 'AGENT'),
  ]

  const taskId = await posts('POSTER_CHOICE')
  const applied = does(ben, 'applyToTask', 'ApplicationPayload', { taskId, message: 'Me.' }, 'application { id }')
  const applicationId = await idOf('application', applied)
  await does(cleo, 'applyToTask', 'ApplicationPayload', { taskId })
  const accepted = does(anna, 'acceptApplication', 'AcceptTaskPayload', { applicationId }, 'chat { id }')
  const chatId = await idOf('chat', accepted)
  await does(ben, 'sendMessage', 'MessagePayload', { chatId, body: 'Hello' })
  await does(anna, 'sendMessage', 'StaleChatError', { chatId, body: 'Well', lastSeenSequence: 0 })

  const open = await posts('POSTER_CHOICE')
  await does(cleo, 'applyToTask', 'ApplicationPayload', { taskId: open })
  await does(cleo, 'applyToTask', 'AlreadyAppliedError', { taskId: open })
  const taken = await posts('FIRST_COME')
  await does(ben, 'acceptTask', 'AcceptTaskPayload', { taskId: taken })
  await does(cleo, 'acceptTask', 'TaskAlreadyAcceptedError', { taskId: taken })

  const payment = { taskId, paymentMethodId: 'pm_ok' }
  const holdId = await idOf('hold', does(anna, 'fundTask', 'FundTaskPayload', payment, 'hold { id }'))
  await does(ben, 'submitWork', 'TaskPayload', { taskId, message: 'Done.' })
  const some = { amount: { amount: '1.00', currencyCode: 'EUR' }, reason: 'Nice.' }
  await does(fay, 'refundHold', 'RefundPayload', { holdId, ...some })
  const approved = does(anna, 'approveWork', 'ApproveWorkPayload', { taskId }, 'transfer { id }')
  const transferId = await idOf('transfer', approved)
  await does(anna, 'reviewTask', 'ReviewPayload', { taskId, rating: 4, comment: 'Neat work.' })
  await does(ben, 'reviewTask', 'ReviewPayload', { taskId, rating: 5 })
  provider.ordersGet(transferId, refusedForGood)
  await moneyMoves(world)
  await does(fay, 'retryTransfer', 'TransferPayload', { transferId, reason: 'They called.' })
  provider.ordersGet(transferId, lost)
  await moneyMoves(world)
  await does(fay, 'retryTransfer', 'TransferInDoubtError', { transferId, reason: 'They called.' })

  const paid = await posts('FIRST_COME')
  await does(ben, 'acceptTask', 'AcceptTaskPayload', { taskId: paid })
  await does(anna, 'fundTask', 'FundTaskPayload', { taskId: paid, paymentMethodId: 'pm_ok' })
  await does(ben, 'submitWork', 'TaskPayload', { taskId: paid, message: 'Done.' })
  const approvedLater = does(anna, 'approveWork', 'ApproveWorkPayload', { taskId: paid }, 'transfer { id }')
  const paidId = await idOf('transfer', approvedLater)
  await moneyMoves(world)
  await does(fay, 'reverseTransfer', 'ReversalPayload', { transferId: paidId, ...some })

  const started = does(cleo, 'startSupportChat', 'SupportChatPayload', { message: 'I need help.' }, 'chat { id }')
  const supportChatId = await idOf('chat', started)
  await does(gus, 'setAgentAvailability', 'AgentPayload', { availability: 'BUSY' })
  await does(gus, 'claimNextChat', 'SupportChatPayload', {})
  await does(gus, 'addNote', 'NotePayload', { chatId: supportChatId, body: 'Patient.' })
  const heldForTaken = { taskId: taken, paymentMethodId: 'pm_ok' }
  const frozenId = await idOf('hold', does(anna, 'fundTask', 'FundTaskPayload', heldForTaken, 'hold { id }'))
  await does(ben, 'openDispute', 'DisputePayload', { taskId: taken, reason: 'The fence is gone.' })
  await does(fay, 'refundHold', 'HoldFrozenError', { holdId: frozenId, ...some })
  await does(cleo, 'updateProfile', 'ProfilePayload', { displayName: 'Cleo C.' })
  await does(ada, 'suspendUser', 'UserPayload', { userId: (await person(app, 'Dan')).id, reason: 'Spam.' })
  const fee = { basisPoints: 1500, least: '2.00', effectiveFrom: '2100-01-01T00:00:00Z', reason: 'Later.' }
  await does(ada, 'setFeeRule', 'FeeRulePayload', fee)
  const { differenceId } = await differenceRow(app)
  await does(fay, 'settleDifference', 'DifferencePayload', { differenceId, note: 'Booked by hand.' })
  const day = { from: '2026-02-01T00:00:00Z', to: '2026-02-02T00:00:00Z' }
  await does(fay, 'startReconciliation', 'ReconciliationPayload', day)
  const chargeback = await chargedBack(world, { id: taken, uuid: fromPublicId('tsk', taken) ?? '' })
  const chargebackId = toPublicId('cbk', (await chargeback.row()).id)
  const evidence = { chargebackId, statement: 'It was painted.', submit: true }
  await does(fay, 'submitChargebackEvidence', 'ChargebackPayload', evidence)
  const { id: endpointId } = await endpointOf(cleo, 'https://example.com/hook')
  await does(cleo, 'updateWebhookEndpoint', 'WebhookEndpointPayload', { endpointId, description: 'Orders' })
  await cleo.send(TestWebhookEndpointDocument.text, { input: { endpointId } })
  const delivery = await app.prisma.webhookDelivery.findFirstOrThrow()
  await does(cleo, 'redeliverWebhook', 'WebhookDeliveryPayload', { deliveryId: toPublicId('whd', delivery.id) })
  await peopleAreNotified(app)
  const setting = { kind: 'REVIEW', channel: 'EMAIL', frequency: 'NEVER' }
  await does(anna, 'setNotificationSetting', 'NotificationsPayload', setting)
  return requests
}

// Idempotent without a key.
const WITHOUT_KEY = new Set([
  'setAgentAvailability',
  'updateProfile',
  'updateWebhookEndpoint',
  'setNotificationSetting',
])

const INPUT_TYPES: Record<string, string> = {
  acceptApplication: 'ApplicationActionInput',
  redeliverWebhook: 'RedeliverInput',
  retryTransfer: 'TransferActionInput',
}

const A_TASK = {
  title: 'Paint the fence',
  description: 'Twenty metres, white, one coat.',
  budget: { amount: '20.00', currencyCode: 'EUR' },
  publish: true,
}
