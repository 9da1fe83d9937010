/**
 * `npm run demo`: one whole story through the SDK against a running server, each step printed: from signing up over a
 * chat with a file to a paid tasker, a balanced ledger and reviews, and then a dispute that finance staff resolve.
 * `npm run demo -- --url https://errand.example.com`, or the variable ERRAND_URL, names another server than the one at
 * http://127.0.0.1:4000.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  AcceptApplicationDocument,
  AcceptTaskDocument,
  AddEvidenceDocument,
  ApplyToTaskDocument,
  ApproveWorkDocument,
  type Client,
  CreateTaskDocument,
  createClient,
  FundTaskDocument,
  LedgerHealthDocument,
  MoneyTrailDocument,
  NoAnswerError,
  OpenDisputeDocument,
  orThrow,
  RefusedError,
  RequestError,
  ResolveDisputeDocument,
  ReviewTaskDocument,
  SandboxMailsDocument,
  SendMessageDocument,
  SignInDocument,
  SignUpDocument,
  StartPayoutOnboardingDocument,
  SubmitWorkDocument,
  TaskDocument,
  TaskReviewsDocument,
  TransferDocument,
  TransferStreamDocument,
  UploadFileDocument,
  UserReviewsDocument,
  VerifyEmailDocument,
  ViewerDocument,
  WithdrawDisputeDocument,
} from '../schema/sdk/index.ts'

const HOME = 'http://127.0.0.1:4000'
const PAID_WAIT_MS = 30_000
const ONBOARDING_WAIT_MS = 900_000
const ONBOARDING_POLL_MS = 3_000

const { values } = parseArgs({ options: { url: { type: 'string' }, stripe: { type: 'boolean', default: false } } })
let url: string
const step = (text: string) => console.log(`- ${text}`)

// The password of all people of the demo world, printed by `npm start`.
const DEMO_PASSWORD = 'demo-password-1'

/** The address of GraphQL, from the command line or the environment; with or without its path. */
function addressOf(): string {
  const given = values.url ?? process.env.ERRAND_URL ?? HOME
  if (!/^https?:\/\//.test(given) || !URL.canParse(given))
    throw new Error(`${given} is no address of a server: write it as in ${HOME}.`)
  return `${given.replace(/(\/graphql)?\/?$/, '')}/graphql`
}

/** What went wrong, and what to do about it, in a sentence or two. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof NoAnswerError)
    return `No server answers at ${url}. Start one by \`npm start\`, or name yours: npm run demo -- --url ${HOME}`
  if (error instanceof RefusedError) return `${url} refused this step: ${error.message}`
  if (error instanceof RequestError && error.problems.length === 0)
    return `${url} answered ${error.status}, and not as GraphQL does: is it the address of this server?`
  return error.message
}

async function signUp(displayName: string) {
  const email = `${displayName.toLowerCase()}.${randomUUID()}@example.com`
  const input = { email, password: 'a long enough password', displayName }
  const { accessToken } = orThrow((await createClient({ url }).send(SignUpDocument, { input })).signUp)
  step(`${displayName} signs up.`)
  await openLinkIn(await newestMailTo(email))
  return createClient({ url, token: accessToken })
}

/** Reads the mail as the administrator of the demo world. Undefined on a server without one, or with a mail server. */
async function newestMailTo(email: string): Promise<string | undefined> {
  const administrator = await signInAs('admin@demo.test')
  if (!administrator) return undefined
  const { sandbox } = await administrator.send(SandboxMailsDocument, { to: email, first: 1 })
  return sandbox?.mails?.[0]?.text
}

async function openLinkIn(mail: string | undefined): Promise<void> {
  const token = mail && /\?token=([\w-]+)/.exec(mail)?.[1]
  if (!token) return
  orThrow((await createClient({ url }).send(VerifyEmailDocument, { input: { token } })).verifyEmail)
  step('The link in the mail verifies the address.')
}

/** The payment method of the story. With Stripe, only a key of its test mode is taken. */
function paymentMethodOf(): string {
  if (!values.stripe) return 'pm_ok'
  if (!/^[sr]k_test_/.test(process.env.STRIPE_SECRET_KEY ?? ''))
    throw new Error(
      'The demo with Stripe needs a server on Stripe and its test key in STRIPE_SECRET_KEY, which is not set: see .github/MONEY.md.',
    )
  return 'pm_card_visa'
}

/** Ben onboards on Stripe's pages, which only a person can do; the demo waits for it. */
async function onboard(ben: Client): Promise<void> {
  const input = { returnUrl: 'https://example.com/onboarded' }
  const started = orThrow((await ben.send(StartPayoutOnboardingDocument, { input })).startPayoutOnboarding)
  step(`Ben onboards: open ${started.url} within minutes, and finish it with Stripe's test data.`)
  const deadline = Date.now() + ONBOARDING_WAIT_MS
  for (;;) {
    const { viewer } = await ben.send(ViewerDocument)
    if (viewer?.payoutReadiness === 'READY') break
    if (Date.now() > deadline) throw new Error('Ben is not READY: do the webhooks of Stripe reach the server?')
    await pause(ONBOARDING_POLL_MS)
  }
  step('Ben is READY to be paid.')
}

async function untilPaid(client: Client, transferId: string): Promise<void> {
  const signal = AbortSignal.timeout(PAID_WAIT_MS)
  const stream = client.follow(TransferStreamDocument, { id: transferId }, { signal })
  // The stream begins now, and the payment may be over already: so it is opened first, and then the transfer is read.
  const next = stream.next()
  for (;;) {
    const { transfer } = await client.send(TransferDocument, { id: transferId })
    if (transfer?.status === 'SUCCEEDED') break
    await next
  }
  await stream.return()
}

async function reviewEachOther({ anna, ben, taskId }: { anna: Client; ben: Client; taskId: string }): Promise<void> {
  const praise = { taskId, rating: 5, comment: 'Not a scratch.' }
  const { review } = orThrow((await anna.send(ReviewTaskDocument, { input: praise })).reviewTask)
  assert.equal(review.publishedAt, null)
  const { task: unseen } = await ben.send(TaskReviewsDocument, { id: taskId })
  assert.deepEqual(unseen?.reviews, [])
  step(`Anna reviews Ben with ${review.rating} of 5. Ben does not see it before he has reviewed Anna.`)

  orThrow((await ben.send(ReviewTaskDocument, { input: { taskId, rating: 4, comment: 'Good coffee.' } })).reviewTask)
  const { user } = await anna.send(UserReviewsDocument, { id: review.subject.id })
  assert.deepEqual(user?.rating, { average: '5.00', count: 1 })
  step(`Ben reviews Anna. Both reviews are published; the rating of Ben is ${user.rating.average}.`)
}

async function playStory(): Promise<void> {
  paymentMethodOf() // Says at once what is missing.
  const anna = await signUp('Anna')
  const ben = await signUp('Ben')
  if (values.stripe) await onboard(ben)

  const { task } = orThrow(
    (
      await anna.send(CreateTaskDocument, {
        input: {
          title: 'Carry a piano to the third floor',
          description: 'An upright, 200 kg. There is no lift. Straps are here.',
          budget: { amount: '120.00', currencyCode: 'EUR' },
          publish: true,
        },
      })
    ).createTask,
  )
  step(`Anna posts "${task.title}" for ${task.budget.amount} ${task.budget.currencyCode}.`)

  const { application } = orThrow(
    (
      await ben.send(ApplyToTaskDocument, {
        input: { taskId: task.id, message: 'Two of us, tomorrow.', price: { amount: '110.00', currencyCode: 'EUR' } },
      })
    ).applyToTask,
  )
  step(`Ben applies for ${application.price.amount}.`)

  const accepted = orThrow(
    (await anna.send(AcceptApplicationDocument, { input: { applicationId: application.id } })).acceptApplication,
  )
  step(`Anna accepts Ben; the task is ${accepted.task.status}, and a chat is open.`)

  const funded = orThrow(
    (
      await anna.send(FundTaskDocument, {
        input: { taskId: task.id, paymentMethodId: paymentMethodOf() },
      })
    ).fundTask,
  )
  step(`Anna pays in; ${funded.hold.amount.amount} are ${funded.hold.status}, the task is ${funded.task.status}.`)

  const question = { chatId: accepted.chat.id, body: 'Which door do you use?' }
  orThrow((await ben.send(SendMessageDocument, { input: question })).sendMessage)
  step(`Ben writes: "${question.body}"`)

  const plan = new File(['Through the yard, the second door on the left.\n'], 'plan.txt')
  const { attachment } = orThrow(
    (await anna.send(UploadFileDocument, { input: { purpose: 'CHAT', file: plan } })).uploadFile,
  )
  const answer = { chatId: accepted.chat.id, body: 'See the plan.', attachmentIds: [attachment.id] }
  orThrow((await anna.send(SendMessageDocument, { input: answer })).sendMessage)
  step(`Anna answers with a file, ${attachment.filename}, ${attachment.byteSize} bytes.`)

  orThrow(
    (await ben.send(SubmitWorkDocument, { input: { taskId: task.id, message: 'It stands by the window.' } }))
      .submitWork,
  )
  step('Ben hands in his work.')

  const approved = orThrow((await anna.send(ApproveWorkDocument, { input: { taskId: task.id } })).approveWork)
  step(`Anna approves; ${approved.transfer.net.amount} are on their way, ${approved.transfer.fee.amount} are the fee.`)

  await untilPaid(ben, approved.transfer.id)
  step('The transfer is SUCCEEDED.')

  const { task: done } = await anna.send(TaskDocument, { id: task.id })
  const { task: trailed } = await anna.send(MoneyTrailDocument, { taskId: task.id })
  assert.equal(done?.status, 'COMPLETED')
  assert.equal(trailed?.moneyTrail?.balanced, true)
  const { paidIn, transferred, fees } = trailed.moneyTrail
  step(`The money trail balances: ${paidIn.amount} in, ${transferred.amount} to Ben, ${fees.amount} fee.`)

  await reviewEachOther({ anna, ben, taskId: task.id })

  const finance = await signInAs('finance@demo.test')
  await haveDispute({ anna, ben, finance })
  if (finance) {
    const { ledgerHealth } = await finance.send(LedgerHealthDocument)
    assert.equal(ledgerHealth?.ok, true)
    step('Finance looks at the ledger: it is sound.')
  }
}

/** Signs in as somebody of the demo world; undefined on a server without it. */
async function signInAs(email: string): Promise<Client | undefined> {
  const input = { password: { email, password: DEMO_PASSWORD } }
  const { signIn } = await createClient({ url }).send(SignInDocument, { input })
  return signIn.__typename === 'AuthPayload' ? createClient({ url, token: signIn.accessToken }) : undefined
}

/** A second task ends in a dispute. Finance staff divide the money; without any, Anna withdraws the dispute. */
async function haveDispute({ anna, ben, finance }: { anna: Client; ben: Client; finance: Client | undefined }) {
  const { task } = orThrow(
    (
      await anna.send(CreateTaskDocument, {
        input: {
          title: 'Tune the piano',
          description: 'It has been carried.',
          budget: { amount: '80.00', currencyCode: 'EUR' },
          acceptanceMode: 'FIRST_COME',
          publish: true,
        },
      })
    ).createTask,
  )
  const taskId = task.id
  orThrow((await ben.send(AcceptTaskDocument, { input: { taskId } })).acceptTask)
  orThrow((await anna.send(FundTaskDocument, { input: { taskId, paymentMethodId: paymentMethodOf() } })).fundTask)
  orThrow((await ben.send(SubmitWorkDocument, { input: { taskId } })).submitWork)
  step(`Anna posts "${task.title}", Ben accepts it, and hands in his work.`)

  const complaint = { taskId, reason: 'Half of the keys are out of tune.' }
  const { dispute } = orThrow((await anna.send(OpenDisputeDocument, { input: complaint })).openDispute)
  const disputeId = dispute.id
  step(`Anna opens a dispute: "${dispute.reason}" The money is frozen.`)
  const statement = 'A piano needs a week of rest before the second half.'
  orThrow((await ben.send(AddEvidenceDocument, { input: { disputeId, statement } })).addEvidence)
  step(`Ben answers: "${statement}"`)

  if (!finance) {
    orThrow((await anna.send(WithdrawDisputeDocument, { input: { disputeId } })).withdrawDispute)
    step('Anna withdraws the dispute: this server has no finance staff of the demo world.')
    return
  }
  const decision = { disputeId, toTasker: { amount: '40.00', currencyCode: 'EUR' }, note: 'Half of it is done.' }
  const resolved = orThrow((await finance.send(ResolveDisputeDocument, { input: decision })).resolveDispute)
  const { resolution } = resolved.dispute
  step(`Finance resolves it: ${resolution?.toTasker.amount} for Ben, ${resolution?.toPoster.amount} back to Anna.`)
  assert.equal(resolved.task.status, 'COMPLETED')
  const { reviewTask } = await anna.send(ReviewTaskDocument, { input: { taskId, rating: 3 } })
  orThrow(reviewTask)
  step('Anna reviews Ben. Nobody sees it before Ben has reviewed her, or 14 days have passed.')
}

try {
  url = addressOf()
  await playStory()
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
