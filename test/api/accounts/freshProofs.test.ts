/** Every mutation that needs a fresh proof, against a session whose last proof is older. */
import { getNamedType, isUnionType } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schema } from '../../../src/api/schema.ts'
import { FIELD_NEEDS } from '../../../src/graphql/scopes/scopeTable.ts'
import { type Person, person } from '../../support/people.ts'
import { type IdPrefix, newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

let app: TestApp
let admin: Person

beforeAll(async () => {
  app = await startApp()
  admin = await person(app, 'Ada', 'ADMIN')
  await app.database.run`
    /* testAge */
    update sessions
    set proven_at = clock_timestamp() - interval '16 minutes'
    where id = ${admin.sessionId}`
})
afterAll(() => app.stop())

const unknown = (prefix: IdPrefix) => toPublicId(prefix, newId())
const keyed = { idempotencyKey: 'one', reason: 'A reason.' }
const amount = { amount: '1.00', currencyCode: 'EUR' }

/** A valid input of each; the ids are unknown, because the proof is asked for before anything is read. */
const INPUTS: Record<string, () => object> = {
  cancelTransfer: () => ({ ...keyed, transferId: unknown('trf') }),
  changeEmail: () => ({ newEmail: 'new@example.com', currentPassword: 'not compared' }),
  createAccessToken: () => ({ name: 'Script', scopes: ['TASKS_READ'] }),
  refundHold: () => ({ ...keyed, holdId: unknown('hld'), amount }),
  resolveDispute: () => ({ idempotencyKey: 'one', disputeId: unknown('dsp'), toTasker: amount, note: 'A note.' }),
  resolveInDoubtTransfer: () => ({
    idempotencyKey: 'one',
    transferId: unknown('trf'),
    finding: 'PROVIDER_HAS_IT',
    evidence: 'A list.',
  }),
  retryTransfer: () => ({ ...keyed, transferId: unknown('trf') }),
  reverseTransfer: () => ({ ...keyed, transferId: unknown('trf'), amount }),
  setFeeRule: () => ({ basisPoints: 1, least: '1', effectiveFrom: '2100-01-01T00:00:00Z', reason: 'A reason.' }),
  setRoles: () => ({ userId: unknown('usr'), roles: [], reason: 'A reason.' }),
  settleDifference: () => ({ differenceId: unknown('rcd'), note: 'A note.' }),
  startPasskeyRegistration: () => ({}),
  startPayoutOnboarding: () => ({ returnUrl: 'https://example.com/' }),
}

/** They ask for a proof only where there is a second factor; secondFactors.test.ts has both cases. */
const WITH_A_FACTOR_ONLY = ['removeSecondFactor', 'startTotp']

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
const sensitive = mutations.filter(({ extensions }) => 'needsFreshProof' in (extensions.pothosOptions as object))

test('the sensitive mutations are these, and their results have the refusal', () => {
  expect(sensitive.map(({ name }) => name).sort()).toEqual([...Object.keys(INPUTS), ...WITH_A_FACTOR_ONLY].sort())
  for (const { type } of sensitive) {
    const union = getNamedType(type)
    expect(isUnionType(union) && union.getTypes().map(({ name }) => name)).toContain('SecondFactorRequiredError')
  }
})

test('no access token covers them, because it proves nothing afresh', () => {
  for (const { name } of sensitive) expect([name, FIELD_NEEDS[`Mutation.${name}`]]).toEqual([name, 'session'])
})

test.each(Object.entries(INPUTS))('%s is refused before anything is read, with a challenge', async (name, inputOf) => {
  const type = mutations.find((field) => field.name === name)?.args[0]?.type
  const { data, errors } = await admin.send(
    `mutation ($input: ${type}) {
      ${name}(input: $input) {
        __typename
        ... on SecondFactorRequiredError { code challenge methods passkeyOptions retryable }
      }
    }`,
    { input: inputOf() },
  )
  expect(errors).toBeUndefined()
  expect(data?.[name]).toEqual({
    __typename: 'SecondFactorRequiredError',
    code: 'SECOND_FACTOR_REQUIRED',
    challenge: expect.stringMatching(/^[\w-]{43}$/),
    methods: [],
    passkeyOptions: null,
    retryable: false,
  })
})
