/** People: signing up and in, their own account, and what administrators do with it. */
import {
  AccessTokensDocument,
  AuditLogDocument,
  ChangePasswordDocument,
  CreateAccessTokenDocument,
  FeeRulesDocument,
  OpenIdProvidersDocument,
  orThrow,
  RestoreUserDocument,
  RevokeAccessTokenDocument,
  RevokeSessionDocument,
  SetFeeRuleDocument,
  SetRolesDocument,
  SetSandboxPayoutReadinessDocument,
  SignInDocument,
  SignUpDocument,
  SlowOperationsDocument,
  StartPayoutOnboardingDocument,
  SuspendUserDocument,
  UpdateProfileDocument,
  UserDocument,
  UsersDocument,
  ViewerDocument,
} from '../../../schema/sdk/index.ts'
import { fromPublicId, newId, toPublicId } from '../../support/publicIds.ts'
import { inTurn, type Person, type Play, type Stage, step } from './steps.ts'

const PASSWORD = 'a long enough password'

/** Steps from sign-up to suspension and restoration. */
export function accountsPlay({ ground, requests, admins, posters }: Stage): Play {
  const people: Person[] = []
  const sessions: { by: Person; id: string }[] = []
  const tokens: string[] = []
  const email = (index: number) => `newcomer${index}@bench.test`
  const newcomer = (index: number) => inTurn(people, index)
  return [
    step(SignUpDocument, requests, (index) => ({
      variables: { input: { email: email(index), password: PASSWORD, displayName: `Newcomer ${index}` } },
      keep: ({ signUp }) => {
        const { accessToken: token, viewer } = orThrow(signUp)
        people[index] = { id: viewer.user.id, token }
      },
    })),
    step(SignInDocument, requests, (index) => ({
      variables: { input: { password: { email: email(index), password: PASSWORD } } },
    })),
    step(ChangePasswordDocument, requests, (index) => ({
      by: newcomer(index),
      variables: { input: { currentPassword: PASSWORD, newPassword: PASSWORD } },
    })),
    step(CreateAccessTokenDocument, requests, (index) => ({
      by: newcomer(index),
      variables: { input: { name: 'Script', scopes: ['TASKS_READ' as const] } },
      keep: ({ createAccessToken }) => {
        tokens[index] = orThrow(createAccessToken).accessToken.id
      },
    })),
    step(AccessTokensDocument, requests, (index) => ({ by: newcomer(index), variables: {} })),
    step(RevokeAccessTokenDocument, requests, (index) => ({
      by: newcomer(index),
      variables: { input: { accessTokenId: inTurn(tokens, index) } },
    })),
    step(OpenIdProvidersDocument, requests, () => ({ variables: {} })),
    step(ViewerDocument, requests, (index) => ({ by: inTurn(posters, index), variables: {} })),
    step(UserDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { id: inTurn(posters, index).id },
    })),
    step(UpdateProfileDocument, requests, (index) => ({
      by: newcomer(index),
      variables: { input: { displayName: `Settler ${index}` } },
    })),
    step(StartPayoutOnboardingDocument, requests, (index) => ({
      by: newcomer(index),
      variables: { input: { returnUrl: 'https://example.com/return' } },
    })),
    step(SetSandboxPayoutReadinessDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { input: { userId: newcomer(index).id, readiness: 'READY' as const } },
    })),
    async () => {
      for (const by of people) {
        const id = newId()
        await ground.client.query(
          `insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
          values ($1, $2, errand_now(), errand_now(), errand_now())`,
          [id, fromPublicId('usr', by.id)],
        )
        sessions.push({ by, id: toPublicId('ses', id) })
      }
    },
    step(RevokeSessionDocument, requests, (index) => {
      const { by, id } = inTurn(sessions, index)
      return { by, variables: { id } }
    }),
    step(UsersDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { first: 20, search: inTurn(['a', 'per', 'poster 1'], index) },
    })),
    step(SlowOperationsDocument, requests, (index) => ({ by: inTurn(admins, index), variables: { first: 20 } })),
    step(AuditLogDocument, requests, (index) => ({ by: inTurn(admins, index), variables: { first: 20 } })),
    step(FeeRulesDocument, requests, (index) => ({ by: inTurn(posters, index), variables: {} })),
    step(SetFeeRuleDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: {
        input: { basisPoints: 1_000, least: '1.00', effectiveFrom: '2100-01-01T00:00:00Z', reason: 'A drill.' },
      },
    })),
    step(SetRolesDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { input: { userId: newcomer(index).id, roles: [], reason: 'As before.' } },
    })),
    step(SuspendUserDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { input: { userId: newcomer(index).id, reason: 'A drill.' } },
    })),
    step(RestoreUserDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { input: { userId: newcomer(index).id, reason: 'The drill is over.' } },
    })),
  ]
}
