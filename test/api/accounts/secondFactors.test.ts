import { generateSync } from 'otplib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  AuditLogDocument,
  ChangeEmailDocument,
  ChangePasswordDocument,
  ConfirmTotpDocument,
  CreateAccessTokenDocument,
  RemoveSecondFactorDocument,
  ResetPasswordDocument,
  SecondFactorsDocument,
  SetRolesDocument,
  SignInDocument,
  StartPasskeyRegistrationDocument,
  StartPayoutOnboardingDocument,
  StartTotpDocument,
  ViewerDocument,
} from '../../../schema/sdk/generated.ts'
import { grantRole } from '../../../src/accounts/administration/grantRole.ts'
import { mailPasswordReset } from '../../../src/accounts/email/requestPasswordReset.ts'
import { secondFactorTimers } from '../../../src/accounts/secondFactors/secondFactorTimers.ts'
import type { Role } from '../../../src/db/generated/enums.ts'
import { withTransaction } from '../../../src/db/transaction.ts'
import { seal } from '../../../src/mail/seal.ts'
import { accountsOf, freshEmail, PASSWORD, secondsPass, timeReturns } from '../../support/accounts.ts'
import { mailsTo, tokenIn } from '../../support/mails.ts'
import { send } from '../../support/people.ts'
import { fromPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

let app: TestApp
let accounts: ReturnType<typeof accountsOf>

beforeAll(async () => {
  app = await startApp({ staffSecondFactor: true })
  accounts = accountsOf(app)
})
afterAll(() => app.stop())
// Tokens are valid for fifteen minutes only.
beforeEach(timeReturns)

interface Outcome {
  __typename: string
  [field: string]: unknown
}
interface Challenge {
  challenge: string
  methods: string[]
}

const bearer = (token?: string) => (token === undefined ? {} : { authorization: `Bearer ${token}` })

const outcomeOf = async (document: { text: string }, input: object, token?: string): Promise<Outcome> => {
  const { data, errors } = await send(app, document.text, { input }, bearer(token))
  expect(errors).toBeUndefined()
  return Object.values(data ?? {})[0] as unknown as Outcome
}

interface Someone {
  uuid: string
  email: string
  token: string
}

interface Secured extends Someone {
  secret: string
  recoveryCodes: string[]
  factorId: string
}

async function someone(): Promise<Someone> {
  const email = freshEmail()
  const { accessToken, viewer } = await accounts.signUp({ email })
  return { uuid: String(fromPublicId('usr', viewer.user.id)), email, token: accessToken }
}

/** The current code of an app, in a time step of its own: each step has one code, which works once. */
function newCode(secret: string): string {
  secondsPass(30)
  return codeNow(secret)
}
const codeNow = (secret: string, stepsAhead = 0): string =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + stepsAhead * 30 })

async function withTotp(person?: Someone): Promise<Secured> {
  const who = person ?? (await someone())
  const started = await outcomeOf(StartTotpDocument, { currentPassword: PASSWORD }, who.token)
  expect(started.__typename).toBe('TotpPayload')
  const secret = String(started.secret)
  const confirmed = await outcomeOf(ConfirmTotpDocument, { code: newCode(secret), name: 'Phone' }, who.token)
  expect(confirmed.__typename).toBe('RecoveryCodesPayload')
  const [factor] = confirmed.secondFactors as { id: string }[]
  return { ...who, secret, recoveryCodes: confirmed.recoveryCodes as string[], factorId: String(factor?.id) }
}

const signIn = (input: object, token?: string) => outcomeOf(SignInDocument, input, token)
const firstStep = async ({ email }: Someone): Promise<Challenge> => {
  const refusal = await signIn({ password: { email, password: PASSWORD } })
  expect(refusal).toMatchObject({ __typename: 'SecondFactorRequiredError', code: 'SECOND_FACTOR_REQUIRED' })
  return refusal as unknown as Challenge
}
const answer = ({ challenge }: Challenge, proof: object) => signIn({ secondFactor: { challenge, ...proof } })

/** Moves the proofs of all sessions of a person into the past. */
async function proofsAge({ uuid }: Someone, minutes = 16): Promise<void> {
  await app.database.run`
    /* testAge */
    update sessions
    set proven_at = proven_at - ${minutes}::integer * interval '1 minute',
      second_factor_at = second_factor_at - ${minutes}::integer * interval '1 minute'
    where user_id = ${uuid}`
  secondsPass(5)
}

const grant = (email: string, role: Role) => withTransaction(app.database, (tx) => grantRole(tx, { email, role }))

const WRONG = { __typename: 'InvalidTokenError', code: 'INVALID_TOKEN' }
const SIGNED = { __typename: 'AuthPayload' }

describe('an authenticator app', () => {
  test('is added by its first code, with ten recovery codes, and its person is told', async () => {
    const ada = await someone()
    const started = await outcomeOf(StartTotpDocument, { currentPassword: PASSWORD }, ada.token)
    expect(String(started.uri)).toMatch(new RegExp(`^otpauth://totp/Errand:.*secret=${started.secret}`))
    const code = newCode(String(started.secret))
    const added = await outcomeOf(ConfirmTotpDocument, { code, name: ' My phone ' }, ada.token)
    expect(added).toMatchObject({
      __typename: 'RecoveryCodesPayload',
      secondFactors: [{ kind: 'TOTP', name: 'My phone', lastUsedAt: null }],
    })
    const codes = added.recoveryCodes as string[]
    expect(new Set(codes).size).toBe(10)
    for (const one of codes) expect(one).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/)
    const { data } = await send(app, SecondFactorsDocument.text, {}, bearer(ada.token))
    expect(data?.viewer).toEqual({ secondFactors: added.secondFactors })
    const [mail] = await mailsTo(app, ada.email)
    expect(mail?.subject).toBe('A second factor was added to your account')
    expect(mail?.text).toContain('"My phone"')
  })

  test('has a name without one of its person', async () => {
    const ben = await someone()
    const { secret } = await outcomeOf(StartTotpDocument, { currentPassword: PASSWORD }, ben.token)
    const added = await outcomeOf(ConfirmTotpDocument, { code: newCode(String(secret)) }, ben.token)
    expect(added).toMatchObject({ secondFactors: [{ kind: 'TOTP', name: 'Authenticator app' }] })
  })

  test('is kept encrypted, its recovery codes and challenges hashed, and none of them is logged', async () => {
    const ada = await withTotp()
    const challenge = await firstStep(ada)
    await answer(challenge, { code: '000000' })
    await answer(challenge, { recoveryCode: ada.recoveryCodes[0] })
    const log = JSON.stringify(app.logLines)
    const rows = await app.database.rows`
      /* testRows */
      select
        (select json_agg(factor)::text from second_factors factor) as factors,
        (select json_agg(code)::text from recovery_codes code) as codes,
        (select json_agg(challenge)::text from challenges challenge) as challenges,
        (select json_agg(mail)::text from mails mail) as mails,
        (select json_agg(record)::text from audit_records record) as audit`
    const texts = `${log} ${JSON.stringify(rows)}`
    const ascii = [ada.secret, ...ada.recoveryCodes, challenge.challenge]
    for (const secret of ascii) {
      expect(texts).not.toContain(secret)
      expect(texts).not.toContain(Buffer.from(secret).toString('hex'))
    }
  })

  test('is refused with a wrong password, without an enrollment, with a wrong code, and after five of them', async () => {
    const ada = await someone()
    const start = (currentPassword: string) => outcomeOf(StartTotpDocument, { currentPassword }, ada.token)
    const confirm = (code: string, token = ada.token) => outcomeOf(ConfirmTotpDocument, { code, name: 'Phone' }, token)
    expect(await start('wrong horse battery')).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await confirm('123456')).toMatchObject(WRONG)
    const secret = String((await start(PASSWORD)).secret)
    const other = await accounts.signIn(ada.email)
    expect(await confirm(newCode(secret), other.accessToken)).toMatchObject(WRONG)
    expect(await confirm(codeNow(secret, 2))).toMatchObject(WRONG)
    for (const code of ['', 'abcdef', '1234567']) expect(await confirm(code)).toMatchObject(WRONG)
    expect(await confirm(codeNow(secret))).toMatchObject(WRONG)
    expect(await app.prisma.secondFactor.count({ where: { userId: ada.uuid } })).toBe(0)
    expect(await accounts.audit(ada.email)).toContain('second_factor.mistaken')
  })

  test('never accepts an earlier time step again, not even by a mistake in a statement', async () => {
    const { uuid } = await withTotp()
    const goBack = app.database.run`
      /* testGoBack */
      update second_factors
      set last_step = last_step - 1
      where user_id = ${uuid}`
    await expect(goBack).rejects.toMatchObject({ constraint: 'a_used_proof_is_never_accepted_again' })
  })

  test('is refused as an eleventh factor', async () => {
    const ada = await withTotp()
    await app.database.run`
      /* testFactors */
      insert into second_factors (id, user_id, slot, kind, name, created_at, sealed_secret, last_step)
      select gen_random_uuid(), ${ada.uuid}, slot, 'TOTP', 'Old', clock_timestamp(), '\\x00', 0
      from generate_series(2, 10) as slot`
    const { secret } = await outcomeOf(StartTotpDocument, { currentPassword: PASSWORD }, ada.token)
    const input = { code: newCode(String(secret)), name: 'One more' }
    expect(await outcomeOf(ConfirmTotpDocument, input, ada.token)).toMatchObject({ __typename: 'ForbiddenError' })
  })

  test('ends the other sessions if it is the first factor, and replaces the recovery codes if it is not', async () => {
    const ada = await someone()
    const other = await accounts.signIn(ada.email)
    const secured = await withTotp(ada)
    expect(await accounts.viewer(other.accessToken)).toBeNull()
    const signed = await answer(await firstStep(ada), { code: newCode(secured.secret) })
    const again = await withTotp(ada)
    expect(await accounts.viewer(String(signed.accessToken))).not.toBeNull()
    const [old] = secured.recoveryCodes
    const challenge = await firstStep(ada)
    expect(await answer(challenge, { recoveryCode: old })).toMatchObject(WRONG)
    expect(await answer(challenge, { recoveryCode: again.recoveryCodes[0] })).toMatchObject(SIGNED)
  })

  test('is shown to its owner alone', async () => {
    const [ada, ben] = [await withTotp(), await someone()]
    const node = async (token?: string) =>
      (await send(app, 'query ($id: ID!) { node(id: $id) { id } }', { id: ada.factorId }, bearer(token))).data?.node
    expect(await node(ada.token)).toEqual({ id: ada.factorId })
    expect(await node(ben.token)).toBeNull()
    expect(await node()).toBeNull()
  })
})

describe('a sign-in with a second factor', () => {
  test('asks for it after the right password only, and opens a session by a code', async () => {
    const ada = await withTotp()
    const wrong = await signIn({ password: { email: ada.email, password: 'wrong horse battery' } })
    expect(wrong).toMatchObject({ __typename: 'UnauthenticatedError' })
    const challenge = await firstStep(ada)
    expect(challenge).toMatchObject({ methods: ['TOTP', 'RECOVERY_CODE'], passkeyOptions: null })
    const signed = await answer(challenge, { code: newCode(ada.secret) })
    expect(signed).toMatchObject({ ...SIGNED, viewer: { email: ada.email } })
    const audit = await accounts.audit(ada.email)
    expect(audit.slice(-2)).toEqual(['sign_in.second_factor_required', 'sign_in.succeeded'])
  })

  test('accepts the codes of the steps before and after, and each once', async () => {
    const ada = await withTotp()
    secondsPass(60)
    expect(await answer(await firstStep(ada), { code: codeNow(ada.secret, -2) })).toMatchObject(WRONG)
    expect(await answer(await firstStep(ada), { code: codeNow(ada.secret, -1) })).toMatchObject(SIGNED)
    expect(await answer(await firstStep(ada), { code: codeNow(ada.secret, 1) })).toMatchObject(SIGNED)
    for (const steps of [1, 0, -1])
      expect(await answer(await firstStep(ada), { code: codeNow(ada.secret, steps) })).toMatchObject(WRONG)
  })

  test('refuses unknown, used and expired challenges and wrong, used and foreign answers alike', async () => {
    const [ada, ben] = [await withTotp(), await withTotp()]
    const messages = new Set<unknown>()
    const isWrong = (outcome: Outcome) => {
      expect(outcome).toMatchObject(WRONG)
      messages.add(outcome.message)
    }
    isWrong(await answer({ challenge: 'unknown', methods: [] }, { code: newCode(ada.secret) }))
    const used = await firstStep(ada)
    expect(await answer(used, { code: codeNow(ada.secret) })).toMatchObject(SIGNED)
    isWrong(await answer(used, { code: newCode(ada.secret) }))
    const expired = await firstStep(ada)
    await app.database.run`
      /* testExpire */
      update challenges
      set created_at = created_at - interval '5 minutes', expires_at = expires_at - interval '5 minutes'
      where user_id = ${ada.uuid}`
    isWrong(await answer(expired, { code: newCode(ada.secret) }))
    const live = await firstStep(ada)
    isWrong(await answer(live, { code: newCode(ben.secret) }))
    isWrong(await answer(live, { recoveryCode: ben.recoveryCodes[0] }))
    isWrong(await answer(live, { password: PASSWORD }))
    isWrong(await answer(live, { passkey: '{' }))
    expect(messages.size).toBe(1)
    expect(await secondFactorTimers[0]?.runDue(app.work, 100)).toBeGreaterThan(0)
  })

  test('ends a challenge at the fifth failure', async () => {
    const ada = await withTotp()
    const challenge = await firstStep(ada)
    for (let failures = 0; failures < 5; failures++) expect(await answer(challenge, { code: '1' })).toMatchObject(WRONG)
    expect(await answer(challenge, { code: newCode(ada.secret) })).toMatchObject(WRONG)
    expect(await answer(await firstStep(ada), { code: codeNow(ada.secret) })).toMatchObject(SIGNED)
  })

  test('takes a recovery code once, in any spelling, and tells its person', async () => {
    const ada = await withTotp()
    const [code = '', other = ''] = ada.recoveryCodes
    const spelled = ` ${code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')}`
    expect(await answer(await firstStep(ada), { recoveryCode: spelled })).toMatchObject(SIGNED)
    const again = await firstStep(ada)
    expect(await answer(again, { recoveryCode: code })).toMatchObject(WRONG)
    expect(await answer(again, { recoveryCode: other })).toMatchObject(SIGNED)
    const [mail] = await mailsTo(app, ada.email)
    expect(mail?.subject).toBe('A recovery code of your account was used')
    expect(mail?.text).toContain('Recovery codes that are left: 8.')
    expect(await accounts.audit(ada.email)).toContain('second_factor.recovery_code_used')
  })

  test('needs exactly one answer', async () => {
    const challenge = await firstStep(await withTotp())
    for (const proof of [{}, { code: '1', recoveryCode: '2' }, { code: '1', password: PASSWORD }])
      expect(await answer(challenge, proof)).toMatchObject({
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'secondFactor'] }],
      })
  })

  test('is refused for a suspended account, after the right answer only', async () => {
    const ada = await withTotp()
    const challenge = await firstStep(ada)
    await app.database.run`/* testSuspend */ update users set suspended_at = errand_now() where id = ${ada.uuid}`
    expect(await answer(challenge, { code: '1' })).toMatchObject(WRONG)
    const refused = await answer(challenge, { code: newCode(ada.secret) })
    expect(refused).toMatchObject({ __typename: 'ForbiddenError', code: 'ACCOUNT_SUSPENDED' })
  })

  test('is asked for after a password reset, too, which ends earlier challenges', async () => {
    const ada = await withTotp()
    const earlier = await firstStep(ada)
    const sealedAddress = seal(ada.email, app.authSecret).toString('base64url')
    await mailPasswordReset(app.work, { sealedAddress })
    const [mail] = await mailsTo(app, ada.email)
    const token = mail ? tokenIn(mail) : ''
    const reset = await outcomeOf(ResetPasswordDocument, { token, newPassword: 'another horse battery' })
    expect(reset).toMatchObject({ __typename: 'SecondFactorRequiredError', methods: ['TOTP', 'RECOVERY_CODE'] })
    expect(await accounts.viewer(ada.token)).toBeNull()
    expect(await answer(earlier, { code: newCode(ada.secret) })).toMatchObject(WRONG)
    const input = { secondFactor: { challenge: reset.challenge, code: newCode(ada.secret) } }
    expect(await signIn(input)).toMatchObject(SIGNED)
  })

  test('ends its challenges with a change of the password', async () => {
    const ada = await withTotp()
    const earlier = await firstStep(ada)
    const change = { currentPassword: PASSWORD, newPassword: 'another horse battery' }
    expect(await outcomeOf(ChangePasswordDocument, change, ada.token)).toMatchObject(SIGNED)
    expect(await answer(earlier, { code: newCode(ada.secret) })).toMatchObject(WRONG)
  })
})

describe('of proofs that are sent at once', () => {
  const signedIn = (outcomes: Outcome[]) => outcomes.filter(({ __typename }) => __typename === 'AuthPayload').length

  test('the same code for two sign-ins opens one session', async () => {
    const ada = await withTotp()
    const before = await app.prisma.session.count({ where: { userId: ada.uuid } })
    const challenges = await Promise.all([firstStep(ada), firstStep(ada), firstStep(ada)])
    const code = newCode(ada.secret)
    const outcomes = await Promise.all(challenges.map((challenge) => answer(challenge, { code })))
    expect(signedIn(outcomes)).toBe(1)
    expect(await app.prisma.session.count({ where: { userId: ada.uuid } })).toBe(before + 1)
  })

  test('the same recovery code for two sign-ins opens one session', async () => {
    const ada = await withTotp()
    const challenges = await Promise.all([firstStep(ada), firstStep(ada), firstStep(ada)])
    const [recoveryCode] = ada.recoveryCodes
    const outcomes = await Promise.all(challenges.map((challenge) => answer(challenge, { recoveryCode })))
    expect(signedIn(outcomes)).toBe(1)
    expect(await app.prisma.recoveryCode.count({ where: { userId: ada.uuid } })).toBe(9)
  })

  test('a challenge with several right answers opens one session', async () => {
    const ada = await withTotp()
    const challenge = await firstStep(ada)
    const codes = ada.recoveryCodes.slice(0, 3)
    const outcomes = await Promise.all(codes.map((recoveryCode) => answer(challenge, { recoveryCode })))
    expect(signedIn(outcomes)).toBe(1)
    expect(await app.prisma.recoveryCode.count({ where: { userId: ada.uuid } })).toBe(9)
  })

  test('the same first code of an enrollment adds one factor', async () => {
    const ada = await someone()
    const { secret } = await outcomeOf(StartTotpDocument, { currentPassword: PASSWORD }, ada.token)
    const input = { code: newCode(String(secret)), name: 'Phone' }
    const confirm = () => outcomeOf(ConfirmTotpDocument, input, ada.token)
    const outcomes = await Promise.all([confirm(), confirm(), confirm()])
    expect(outcomes.filter(({ __typename }) => __typename === 'RecoveryCodesPayload')).toHaveLength(1)
    expect(await app.prisma.secondFactor.count({ where: { userId: ada.uuid } })).toBe(1)
  })
})

describe('a sensitive mutation', () => {
  const newEmail = () => ({ newEmail: freshEmail(), currentPassword: PASSWORD })
  const onboarding = { returnUrl: 'https://example.com/' }

  test('is accepted in a session that has just signed in', async () => {
    const ada = await someone()
    expect(await outcomeOf(ChangeEmailDocument, newEmail(), ada.token)).toMatchObject({ __typename: 'OkPayload' })
  })

  test('asks for the second factor after fifteen minutes, and the same session is fresh again', async () => {
    const ada = await withTotp()
    await proofsAge(ada)
    const refused = await outcomeOf(ChangeEmailDocument, newEmail(), ada.token)
    expect(refused).toMatchObject({ __typename: 'SecondFactorRequiredError', methods: ['TOTP', 'RECOVERY_CODE'] })
    const challenge = refused as unknown as Challenge
    expect(await answer(challenge, { password: PASSWORD })).toMatchObject(WRONG)
    const { sessionId } = await app.prisma.challenge.findFirstOrThrow({ where: { userId: ada.uuid } })
    const before = await app.prisma.session.findUniqueOrThrow({ where: { id: String(sessionId) } })
    const proven = await answer(challenge, { code: newCode(ada.secret) })
    expect(proven).toMatchObject({ ...SIGNED, viewer: { email: ada.email } })
    const after = await app.prisma.session.findUniqueOrThrow({ where: { id: String(sessionId) } })
    expect({ ...after, provenAt: null, secondFactorAt: null }).toEqual({
      ...before,
      provenAt: null,
      secondFactorAt: null,
    })
    // The tokens of before are valid, too.
    expect(await accounts.refresh(String(proven.refreshToken))).toMatchObject(SIGNED)
    expect(await outcomeOf(ChangeEmailDocument, newEmail(), ada.token)).toMatchObject({ __typename: 'OkPayload' })
    expect(await accounts.audit(ada.email)).toContain('session.proven')
  })

  test('asks for the password by the same challenge if there is no second factor', async () => {
    const ada = await someone()
    await proofsAge(ada)
    const refused = await outcomeOf(StartPayoutOnboardingDocument, onboarding, ada.token)
    expect(refused).toMatchObject({ __typename: 'SecondFactorRequiredError', methods: [], passkeyOptions: null })
    const challenge = refused as unknown as Challenge
    expect(await answer(challenge, { password: 'wrong horse battery' })).toMatchObject(WRONG)
    expect(await answer(challenge, { code: '123456' })).toMatchObject(WRONG)
    expect(await answer(challenge, { password: PASSWORD })).toMatchObject(SIGNED)
    const done = await outcomeOf(StartPayoutOnboardingDocument, onboarding, ada.token)
    expect(done).toMatchObject({ __typename: 'PayoutOnboardingPayload' })
  })

  test('is not served by a refresh of the session, nor by a challenge of an ended one', async () => {
    const ada = await someone()
    const { refreshToken } = await accounts.signIn(ada.email)
    await proofsAge(ada)
    const { accessToken, viewer } = await accounts.refresh(refreshToken)
    const refused = await outcomeOf(ChangeEmailDocument, newEmail(), accessToken)
    expect(refused.__typename).toBe('SecondFactorRequiredError')
    const current = viewer.sessions.find((session) => session.current)
    await accounts.revokeSession(accessToken, String(current?.id))
    expect(await answer(refused as unknown as Challenge, { password: PASSWORD })).toMatchObject(WRONG)
  })

  test('keeps ten challenges of a person at most', async () => {
    const ada = await someone()
    await proofsAge(ada)
    for (let sent = 0; sent < 12; sent++) await outcomeOf(ChangeEmailDocument, newEmail(), ada.token)
    expect(await app.prisma.challenge.count({ where: { userId: ada.uuid } })).toBe(10)
  })

  test('about second factors asks for one only if there is one', async () => {
    const [ada, ben] = [await someone(), await withTotp()]
    await proofsAge(ada)
    await proofsAge(ben)
    const start = (token: string) => outcomeOf(StartTotpDocument, { currentPassword: PASSWORD }, token)
    expect(await start(ada.token)).toMatchObject({ __typename: 'TotpPayload' })
    expect(await start(ben.token)).toMatchObject({ __typename: 'SecondFactorRequiredError' })
    const register = (input: object, { token }: Someone) => outcomeOf(StartPasskeyRegistrationDocument, input, token)
    expect(await register({}, ada)).toMatchObject({ __typename: 'SecondFactorRequiredError' })
    expect(await register({ currentPassword: 'wrong' }, ada)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await register({ currentPassword: PASSWORD }, ada)).toMatchObject({ __typename: 'PasskeyChallengePayload' })
    expect(await register({ currentPassword: PASSWORD }, ben)).toMatchObject({
      __typename: 'SecondFactorRequiredError',
    })
    const removal = { secondFactorId: ben.factorId, currentPassword: PASSWORD }
    const removed = await outcomeOf(RemoveSecondFactorDocument, removal, ben.token)
    expect(removed).toMatchObject({ __typename: 'SecondFactorRequiredError' })
  })
})

describe('the removal of a second factor', () => {
  const remove = (input: object, token: string) => outcomeOf(RemoveSecondFactorDocument, input, token)

  test('ends the other sessions, and with the last factor the recovery codes; its person is told', async () => {
    const ada = await withTotp()
    const other = await answer(await firstStep(ada), { code: newCode(ada.secret) })
    const pending = await firstStep(ada)
    const removal = { secondFactorId: ada.factorId, currentPassword: PASSWORD }
    expect(await remove({ ...removal, currentPassword: 'wrong' }, ada.token)).toMatchObject({
      __typename: 'ForbiddenError',
    })
    expect(await remove(removal, ada.token)).toMatchObject({ __typename: 'OkPayload' })
    expect(await accounts.viewer(String(other.accessToken))).toBeNull()
    expect(await accounts.viewer(ada.token)).not.toBeNull()
    expect(await answer(pending, { recoveryCode: ada.recoveryCodes[0] })).toMatchObject(WRONG)
    expect(await app.prisma.recoveryCode.count({ where: { userId: ada.uuid } })).toBe(0)
    expect(await accounts.signIn(ada.email)).toMatchObject(SIGNED)
    const [mail] = await mailsTo(app, ada.email)
    expect(mail?.subject).toBe('A second factor was removed from your account')
    expect(mail?.text).toContain('your password alone is enough')
    expect(await remove(removal, ada.token)).toMatchObject({ __typename: 'NotFoundError', id: ada.factorId })
  })

  test("refuses another person's factor", async () => {
    const [ada, ben] = [await withTotp(), await withTotp()]
    const removal = { secondFactorId: ben.factorId, currentPassword: PASSWORD }
    expect(await remove(removal, ada.token)).toMatchObject({ __typename: 'NotFoundError' })
    expect(await app.prisma.secondFactor.count({ where: { userId: ben.uuid } })).toBe(1)
  })
})

describe('where staff needs a second factor', () => {
  const viewerRoles = async (token: string) =>
    (await send(app, ViewerDocument.text, {}, bearer(token))).data?.viewer as unknown as { roles: Role[] }
  const auditLog = async (token: string) =>
    (await send(app, AuditLogDocument.text, { first: 1 }, bearer(token))).data?.auditLog as unknown

  test('a member of staff is an ordinary person until they set one up, and is told how', async () => {
    const [ada, ben] = [await someone(), await someone()]
    await grant(ada.email, 'ADMIN')
    secondsPass(5)
    expect(await viewerRoles(ada.token)).toMatchObject({ roles: ['USER', 'ADMIN'] })
    expect(await auditLog(ada.token)).toBeNull()
    const promotion = { userId: await idOf(ben), roles: ['AGENT'], reason: 'New here.' }
    const refused = await outcomeOf(SetRolesDocument, promotion, ada.token)
    expect(refused).toMatchObject({ __typename: 'ForbiddenError', code: 'SECOND_FACTOR_REQUIRED' })
    expect(String(refused.message)).toContain('startTotp')
    expect((await app.prisma.user.findUniqueOrThrow({ where: { id: ben.uuid } })).roles).toEqual(['USER'])
    await withTotp(ada)
    expect(await auditLog(ada.token)).not.toBeNull()
    expect(await outcomeOf(SetRolesDocument, promotion, ada.token)).toMatchObject({ __typename: 'UserPayload' })
  })

  test('the role of nobody else is revealed', async () => {
    const ada = await withTotp()
    const refused = await outcomeOf(SetRolesDocument, { userId: await idOf(ada), roles: [], reason: 'R.' }, ada.token)
    expect(refused).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
  })

  test('a session without it has no right of staff, although the person has one', async () => {
    const ada = await withTotp()
    await grant(ada.email, 'ADMIN')
    await app.database.run`/* testPlain */ update sessions set second_factor_at = null where user_id = ${ada.uuid}`
    secondsPass(5)
    expect(await auditLog(ada.token)).toBeNull()
    const refused = await outcomeOf(SetRolesDocument, { userId: await idOf(ada), roles: [], reason: 'R.' }, ada.token)
    expect(refused).toMatchObject({ __typename: 'ForbiddenError', code: 'SECOND_FACTOR_REQUIRED' })
    const signed = await answer(await firstStep(ada), { code: newCode(ada.secret) })
    expect(await auditLog(String(signed.accessToken))).not.toBeNull()
  })

  test('an access token of a person without one has no right of staff, and ends with their first one', async () => {
    const ada = await someone()
    await grant(ada.email, 'ADMIN')
    const created = await outcomeOf(CreateAccessTokenDocument, { name: 'Script', scopes: ['ADMIN'] }, ada.token)
    const token = String(created.token)
    expect(await auditLog(token)).toBeNull()
    await withTotp(ada)
    const { errors } = await send(app, AuditLogDocument.text, { first: 1 }, bearer(token))
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    const later = await outcomeOf(CreateAccessTokenDocument, { name: 'Script', scopes: ['ADMIN'] }, ada.token)
    expect(await auditLog(String(later.token))).not.toBeNull()
  })

  test('staff cannot remove their last one', async () => {
    const ada = await withTotp()
    await grant(ada.email, 'FINANCE')
    const removal = { secondFactorId: ada.factorId, currentPassword: PASSWORD }
    const refused = await outcomeOf(RemoveSecondFactorDocument, removal, ada.token)
    expect(refused).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    expect(await app.prisma.secondFactor.count({ where: { userId: ada.uuid } })).toBe(1)
  })
})

async function idOf({ token }: Someone): Promise<string> {
  const { data } = await send(app, '{ viewer { user { id } } }', {}, bearer(token))
  return String((data as unknown as { viewer: { user: { id: string } } }).viewer.user.id)
}
