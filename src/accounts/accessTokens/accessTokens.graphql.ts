/** Personal access tokens: for scripts and servers of one person. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { AccessTokenScope } from '../../db/generated/enums.ts'
import { ForbiddenError, RateLimitedError, UnauthenticatedError, ValidationError } from '../../domain/errors.ts'
import { builder } from '../../graphql/builder.ts'
import { mutation, result, uuidOf } from '../../graphql/mutation.ts'
import { connectionOf, idCursor, NODE_PATHS, newestFirst, readPage } from '../../graphql/pagination.ts'
import { ViewerType } from '../accounts.graphql.ts'
import { SecondFactorRequiredError } from '../errors.ts'
import { createAccessTokenSchema, revokeAccessTokenSchema } from '../inputSchemas.ts'
import { OkResult } from '../sessions/signIn.graphql.ts'
import { createAccessToken } from './createAccessToken.ts'
import { revokeAccessToken } from './revokeAccessToken.ts'

const ScopeEnum = builder.enumType('AccessTokenScope', {
  description:
    'An area that a personal access token may use, within the rights of its person. A scope to write includes the one to read.',
  values: {
    TASKS_READ: { value: AccessTokenScope.TASKS_READ, description: 'Reads tasks, applications and reviews.' },
    TASKS_WRITE: {
      value: AccessTokenScope.TASKS_WRITE,
      description: 'Posts, edits and cancels tasks, applies, accepts, submits work and reviews.',
    },
    CHATS_READ: { value: AccessTokenScope.CHATS_READ, description: 'Reads chats, messages and typing signals.' },
    CHATS_WRITE: {
      value: AccessTokenScope.CHATS_WRITE,
      description: 'Sends messages, and starts, rates and ends support chats.',
    },
    MONEY_READ: {
      value: AccessTokenScope.MONEY_READ,
      description:
        'Reads holds, transfers, disputes, chargebacks, balances, statements and payment methods. For finance staff, also those of others and the ledger.',
    },
    MONEY_WRITE: {
      value: AccessTokenScope.MONEY_WRITE,
      description:
        'Pays, approves work and opens disputes. Mutations that need a fresh proof, such as refunds by finance staff, need a session.',
    },
    SUPPORT: { value: AccessTokenScope.SUPPORT, description: 'Acts as an agent of customer service.' },
    ADMIN: {
      value: AccessTokenScope.ADMIN,
      description: 'Acts as an administrator; never on roles. Only administrators can grant it.',
    },
    WEBHOOKS: {
      value: AccessTokenScope.WEBHOOKS,
      description:
        'Manages webhook endpoints. Creating or changing one needs the three scopes to read as well, because it receives what the person may read.',
    },
  },
})

const isLive = () => ({ revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] })

const AccessTokenType = builder.prismaNode('AccessToken', {
  description:
    'A personal access token, for scripts and servers of one person: restricted to scopes, and never more than the person may do. It ends when it is revoked or expires, when the password changes, when the first second factor is added, and when the account is suspended. Only its person sees it.',
  id: { field: 'id', description: 'The id, `pat_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, userId: { in: caller ? [caller.id] : [] }, ...isLive() }),
  select: { id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name that the person gave it.' }),
    scopes: t.expose('scopes', { type: [ScopeEnum], description: 'The areas that it may use.' }),
    hint: t.exposeString('hint', { description: 'The last four characters of the token.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it expires. Null if it does not.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute. Null if it never was.',
    }),
  }),
})

const AccessTokenConnection = builder.connectionObject(
  { type: AccessTokenType, name: 'AccessTokenConnection', description: 'A page of access tokens, newest first.' },
  { description: 'An access token and its cursor.' },
)

const KEY_SELECT = { id: true } as const

builder.objectField(ViewerType, 'accessTokens', (t) =>
  t.connection(
    {
      type: AccessTokenType,
      description: 'Their personal access tokens that have not ended, newest first.',
      resolve: async ({ id: userId }, pageArguments, context, info) => {
        const page = readPage(pageArguments, idCursor)
        const { where, ...limits } = newestFirst(page)
        const { select } = queryFromInfo({
          context,
          info,
          typeName: 'AccessToken',
          paths: NODE_PATHS,
          select: KEY_SELECT,
        })
        const rows = await context.prisma.accessToken.findMany({
          ...limits,
          select: { ...select, ...KEY_SELECT },
          where: { AND: [where, { userId, ...isLive() }] },
        })
        return connectionOf(rows, page, idCursor, ({ id }) => id)
      },
    },
    AccessTokenConnection,
  ),
)

const AccessTokenPayload = builder.objectRef<{ token: string; id: string }>('AccessTokenPayload').implement({
  description: 'The token was created.',
  fields: (t) => ({
    token: t.exposeString('token', {
      description:
        'The token, shown this once: only its hash is kept. Send it as `Authorization: Bearer errand_...`, and keep it like a password.',
    }),
    accessToken: t.prismaField({
      type: AccessTokenType,
      description: 'The token as it is listed.',
      resolve: (query, { id }, _args, { prisma }) => prisma.accessToken.findUniqueOrThrow({ ...query, where: { id } }),
    }),
  }),
})

mutation('createAccessToken', {
  description:
    'Creates a personal access token for scripts and servers of the viewer, and mails them that it exists. At most 50 at a time. Needs a fresh proof.',
  input: builder.inputType('CreateAccessTokenInput', {
    description: 'A new access token.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'What it is for: one line of 1 to 80 characters.' }),
      scopes: t.field({
        type: [ScopeEnum],
        required: true,
        description: 'The areas that it may use, at least one. ADMIN needs the role ADMIN.',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When it expires, in the future. Without it, the token is valid until it is revoked.',
      }),
    }),
  }),
  result: result('AccessTokenResult', AccessTokenPayload, [
    UnauthenticatedError,
    ValidationError,
    ForbiddenError,
    SecondFactorRequiredError,
    RateLimitedError,
  ]),
  needsFreshProof: true,
  inputSchema: createAccessTokenSchema,
  budget: 'creation',
  rule: (tx, input, { caller, requestId }) => createAccessToken(tx, { ...input, caller, requestId }),
})

mutation('revokeAccessToken', {
  description: 'Ends a personal access token of the viewer, and its open streams.',
  input: builder.inputType('RevokeAccessTokenInput', {
    description: 'The access token to end.',
    fields: (t) => ({ accessTokenId: t.id({ required: true, description: 'The token, `pat_...`.' }) }),
  }),
  result: OkResult,
  inputSchema: revokeAccessTokenSchema,
  allowsUnverified: true,
  rule: async (tx, { accessTokenId }, { caller, requestId }) => {
    await revokeAccessToken(tx, { caller, accessTokenId: uuidOf('pat', accessTokenId), requestId })
    return { ok: true }
  },
})
