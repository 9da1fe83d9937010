/** People as the API shows them: to everybody, to administrators, and to the person themselves. */
import { PayoutReadiness, Role } from '../db/generated/enums.ts'
import { fromPublicId } from '../db/ids.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { AttachmentType, SHOWN_FILES } from '../files/attachments.graphql.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { REFRESH_TOKEN_TTL_MS } from './sessions/refreshToken.ts'

// A person has a tenth of this at most (openSession.ts): a bound on what is read, never on what is shown.
const SESSIONS_READ_MAX = 1_000

export const RoleEnum = builder.enumType('Role', {
  description: 'What somebody may do beside what everybody may.',
  values: {
    USER: { value: Role.USER, description: 'Posts tasks and does them. Everybody has it.' },
    AGENT: { value: Role.AGENT, description: 'Answers customers in support chats; moves no money.' },
    FINANCE: { value: Role.FINANCE, description: 'Sees every penny; refunds, reverses and resolves disputes.' },
    ADMIN: { value: Role.ADMIN, description: 'May do all of it, and decides who else may.' },
  },
})

export const PayoutReadinessEnum = builder.enumType('PayoutReadiness', {
  description: 'Whether the payment provider would pay somebody. Transfers wait until it is `READY`.',
  values: {
    NOT_STARTED: { value: PayoutReadiness.NOT_STARTED, description: 'The provider was not told anything yet.' },
    PENDING_VERIFICATION: { value: PayoutReadiness.PENDING_VERIFICATION, description: 'The provider is checking.' },
    READY: { value: PayoutReadiness.READY, description: 'The provider pays.' },
    RESTRICTED: { value: PayoutReadiness.RESTRICTED, description: 'The provider wants to know more before it pays.' },
    REJECTED: { value: PayoutReadiness.REJECTED, description: 'The provider will not pay this person.' },
  },
})

const isAdmin = (caller: Caller | null): boolean => hasRole(caller, 'ADMIN')

export const UserType = builder.prismaNode('User', {
  description: 'A person, as everybody may see them.',
  id: { field: 'id', description: 'Begins with `usr_`.' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    displayName: t.exposeString('displayName', { description: 'The name that others see.' }),
    avatar: t.field({
      type: AttachmentType,
      nullable: true,
      description: 'Their picture. Null when they have none.',
      select: (_args, _context, nested) => ({ avatars: nested({ ...SHOWN_FILES, take: 1 }) }),
      resolve: ({ avatars }) => avatars[0] ?? null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they signed up.' }),
    email: t.field({
      type: 'EmailAddress',
      nullable: true,
      description: 'Their address. Null to anybody but the person and administrators.',
      select: { id: true, email: true },
      resolve: ({ id, email }, _args, { caller }) => (id === caller?.id || isAdmin(caller) ? email : null),
    }),
    roles: t.field({
      type: [RoleEnum],
      nullable: true,
      description: 'Their roles. Null to anybody but administrators.',
      select: { roles: true },
      resolve: ({ roles }, _args, { caller }) => (isAdmin(caller) ? roles : null),
    }),
    suspendedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the account was suspended. Null when it is not, and to anybody but administrators.',
      select: { suspendedAt: true },
      resolve: ({ suspendedAt }, _args, { caller }) => (isAdmin(caller) ? suspendedAt : null),
    }),
  }),
})

// Of what was not used for as long as a refresh token lasts, none is left that works.
const living = () => ({ revokedAt: null, lastUsedAt: { gt: new Date(Date.now() - REFRESH_TOKEN_TTL_MS) } })

export const SessionType = builder.prismaNode('Session', {
  description:
    'One signing-in on one device, until it is revoked or was not used for thirty days. Only its person sees it.',
  id: { field: 'id', description: 'Begins with `ses_`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, userId: { in: caller ? [caller.id] : [] }, ...living() }),
  select: { id: true },
  fields: (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was signed in.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      description: 'When it last signed in or refreshed its access token.',
    }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'What the device said of itself when it signed in.',
    }),
    current: t.boolean({
      description: 'Whether this request belongs to it.',
      select: { id: true },
      resolve: ({ id }, _args, { caller }) => id === caller?.sessionId,
    }),
  }),
})

/** Whoever is signed in. Other features add what is theirs with `builder.objectField(ViewerType, ...)`. */
export const ViewerType = builder.objectRef<Caller>('Viewer')

ViewerType.implement({
  description: 'The person signed in, with what only they may see of themselves.',
  fields: (t) => ({
    user: t.prismaField({
      type: UserType,
      description: 'The part that others see.',
      resolve: (query, { id }, _args, { prisma }) => prisma.user.findUniqueOrThrow({ ...query, where: { id } }),
    }),
    email: t.field({
      type: 'EmailAddress',
      description: 'The address to sign in with.',
      resolve: async ({ id }, _args, context) => (await ownAccount(context, id)).email,
    }),
    roles: t.field({
      type: [RoleEnum],
      description: 'What they may do.',
      resolve: ({ roles }) => roles,
    }),
    payoutReadiness: t.field({
      type: PayoutReadinessEnum,
      description: 'Whether the payment provider would pay them.',
      resolve: async ({ id }, _args, context) => (await ownAccount(context, id)).payoutReadiness,
    }),
    sessions: t.prismaField({
      type: [SessionType],
      description:
        'Where they are signed in: this session first, then the one that was used last. At most 100: signing in once more ends the one that was used longest ago. Thirty days without use end one, too.',
      resolve: async (query, { id, sessionId }, _args, { prisma }) => {
        const sessions = await prisma.session.findMany({
          ...query,
          where: { userId: id, ...living() },
          orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
          take: SESSIONS_READ_MAX,
        })
        return sessions.toSorted((one, other) => Number(other.id === sessionId) - Number(one.id === sessionId))
      },
    }),
  }),
})

// The same selection for each field, so that Prisma puts those of one request into one statement.
async function ownAccount({ prisma }: Context, id: string) {
  const account = await prisma.user.findUnique({ where: { id }, select: { email: true, payoutReadiness: true } })
  if (!account) throw new Error('Somebody is signed in who does not exist.')
  return account
}

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerType,
    nullable: true,
    description: 'The person signed in. Null when nobody is.',
    resolve: (_root, _args, { caller }) => caller,
  }),
  user: t.prismaField({
    type: UserType,
    nullable: true,
    description: 'A person by id. Null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'The id, `usr_...`.' }) },
    resolve: (query, _root, { id }, { prisma }) => {
      const uuid = fromPublicId('usr', id)
      return uuid ? prisma.user.findUnique({ ...query, where: { id: uuid } }) : null
    },
  }),
}))
