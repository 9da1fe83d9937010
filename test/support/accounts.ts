/** Sign-up and sign-in through the API, for tests of accounts. Other tests use `person`, which hashes no password. */
import { randomUUID } from 'node:crypto'
import { vi } from 'vitest'
import { type GraphqlResult, send } from './people.ts'
import type { TestApp } from './servers/app.ts'

const SIGNED = /* GraphQL */ `
  fragment Signed on AuthPayload {
    accessToken
    refreshToken
    expiresAt
    viewer { email roles user { id displayName email } sessions { id current } }
  }
  fragment Refusal on Error { code message retryable }
`
const SIGN_UP = /* GraphQL */ `
  mutation ($input: SignUpInput!) {
    signUp(input: $input) { __typename ...Signed ...Refusal ... on ValidationError { fields { path message } } }
  }
  ${SIGNED}
`
const SIGN_IN = /* GraphQL */ `
  mutation ($input: SignInInput!) {
    signIn(input: $input) {
      __typename
      ...Signed
      ...Refusal
      ... on ValidationError { fields { path message } }
      ... on RateLimitedError { retryAfter }
    }
  }
  ${SIGNED}
`
const CHANGE_PASSWORD = /* GraphQL */ `
  mutation ($input: ChangePasswordInput!) {
    changePassword(input: $input) { __typename ...Signed ...Refusal ... on ValidationError { fields { path message } } }
  }
  ${SIGNED}
`
const REVOKE_SESSION = /* GraphQL */ `
  mutation ($id: ID!) {
    revokeSession(id: $id) { __typename ... on OkPayload { ok } ... on Error { code } ... on NotFoundError { id } }
  }
`
const VIEWER = '{ viewer { user { displayName } sessions { id current } } }'

export const PASSWORD = 'correct horse battery'

export interface ViewerResult {
  user: { id: string; displayName: string }
  sessions: { id: string; current: boolean }[]
}

/** The payload or refusal of a mutation that signs a person in; a refusal has no tokens. */
export interface Signed {
  __typename: string
  accessToken: string
  refreshToken: string
  expiresAt: string
  viewer: ViewerResult
}

const realNow = Date.now.bind(Date)
let aheadMs = 0

/** Advances Date.now of this process by five seconds, so that cached sessions expire. */
export function fiveSecondsPass(): void {
  secondsPass(5)
}

/** Advances Date.now of this process. */
export function secondsPass(seconds: number): void {
  aheadMs += seconds * 1_000
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs)
}

/** Sets Date.now of this process back to the real time. */
export function timeReturns(): void {
  aheadMs = 0
}

export const freshEmail = (): string => `someone.${randomUUID()}@example.com`

/** Returns the account operations of a client of this server. */
export function accountsOf(app: TestApp) {
  const answered = <Given>(answer: GraphqlResult, field: string): Given => {
    if (!answer.data) throw new Error(`No answer: ${JSON.stringify(answer.errors)}`)
    return answer.data[field] as Given
  }
  const asSession = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` })
  return {
    async signUp(input: object): Promise<Signed> {
      const person = { email: freshEmail(), password: PASSWORD, displayName: 'Some One', ...input }
      return answered(await send(app, SIGN_UP, { input: person }), 'signUp')
    },
    async signIn(email: string, password = PASSWORD): Promise<Signed> {
      return answered(await send(app, SIGN_IN, { input: { password: { email, password } } }), 'signIn')
    },
    async refresh(refreshToken: string): Promise<Signed> {
      return answered(await send(app, SIGN_IN, { input: { refreshToken } }), 'signIn')
    },
    async changePassword(accessToken: string, currentPassword: string, newPassword: string): Promise<Signed> {
      const input = { currentPassword, newPassword }
      return answered(await send(app, CHANGE_PASSWORD, { input }, asSession(accessToken)), 'changePassword')
    },
    async revokeSession(accessToken: string, id: string): Promise<unknown> {
      return answered(await send(app, REVOKE_SESSION, { id }, asSession(accessToken)), 'revokeSession')
    },
    /** Returns the viewer of this token, five seconds later; null if the server refuses the token. */
    async viewer(accessToken: string): Promise<ViewerResult | null> {
      fiveSecondsPass()
      const answer = await send(app, VIEWER, {}, asSession(accessToken))
      const isRefused = answer.errors?.[0]?.extensions?.code === 'UNAUTHENTICATED'
      return isRefused ? null : answered(answer, 'viewer')
    },
    /** Returns the audit records of a person and their sessions, in order. */
    async audit(email: string): Promise<string[]> {
      const records = await app.database.rows<{ action: string }>`
        /* testAudit */
        select record.action
        from users person
        left join sessions session on session.user_id = person.id
        join audit_records record on record.subject_id in (person.id, session.id)
        where person.email = ${email}
        group by record.id, record.action
        order by record.id`
      return records.map(({ action }) => action)
    },
    /** Returns the newest session. */
    async lastSession(email: string) {
      return app.prisma.session.findFirstOrThrow({ where: { user: { email } }, orderBy: { id: 'desc' } })
    },
  }
}
