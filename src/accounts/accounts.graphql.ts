/** People in the API: what everybody, administrators and the person themselves see. */
import { PayoutReadiness, Role } from '../db/generated/enums.ts'
import { fromPublicId } from '../db/ids.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { AttachmentType, SHOWN_FILES } from '../files/attachments.graphql.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { REFRESH_TOKEN_TTL_MS } from './sessions/refreshToken.ts'

// A person has at most a tenth of this (openSession.ts): it limits the read, and never shortens the list.
const SESSIONS_READ_MAX = 1_000

export const RoleEnum = builder.enumType('Role', {
  description: 'A role of a person.',
  values: {
    USER: { value: Role.USER, description: 'Posts tasks and works on them. Every person has it.' },
    AGENT: { value: Role.AGENT, description: 'Answers customers in support chats; moves no money.' },
    FINANCE: { value: Role.FINANCE, description: 'Sees all money; refunds, reverses and resolves disputes.' },
    ADMIN: { value: Role.ADMIN, description: 'Has the rights of all roles, and grants roles.' },
  },
})

export const PayoutReadinessEnum = builder.enumType('PayoutReadiness', {
  description:
    'The readiness of a person for payouts at the payment provider. Transfers to them wait until it is `READY`.',
  values: {
    NOT_STARTED: { value: PayoutReadiness.NOT_STARTED, description: 'The person has not begun onboarding.' },
    PENDING_VERIFICATION: {
      value: PayoutReadiness.PENDING_VERIFICATION,
      description: 'The provider is verifying the person.',
    },
    READY: { value: PayoutReadiness.READY, description: 'The provider pays this person.' },
    RESTRICTED: {
      value: PayoutReadiness.RESTRICTED,
      description: 'The provider needs more information before it pays.',
    },
    REJECTED: { value: PayoutReadiness.REJECTED, description: 'The provider will not pay this person.' },
  },
})

const isAdmin = (caller: Caller | null): boolean => hasRole(caller, 'ADMIN')

export const UserType = builder.prismaNode('User', {
  description: 'A person.',
  id: { field: 'id', description: 'The id, `usr_...`.' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    displayName: t.exposeString('displayName', { description: 'The name that others see.' }),
    avatar: t.field({
      type: AttachmentType,
      nullable: true,
      description: 'Their picture. Null if they have none.',
      select: (_args, _context, nested) => ({ avatars: nested({ ...SHOWN_FILES, take: 1 }) }),
      resolve: ({ avatars }) => avatars[0] ?? null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they signed up.' }),
    email: t.field({
      type: 'EmailAddress',
      nullable: true,
      description: 'Their email address. Null to all but the person and administrators.',
      select: { id: true, email: true },
      resolve: ({ id, email }, _args, { caller }) => (id === caller?.id || isAdmin(caller) ? email : null),
    }),
    roles: t.field({
      type: [RoleEnum],
      nullable: true,
      description: 'Their roles. Null to all but administrators.',
      select: { roles: true },
      resolve: ({ roles }, _args, { caller }) => (isAdmin(caller) ? roles : null),
    }),
    suspendedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the account was suspended. Null if it is not, and to all but administrators.',
      select: { suspendedAt: true },
      resolve: ({ suspendedAt }, _args, { caller }) => (isAdmin(caller) ? suspendedAt : null),
    }),
  }),
})

// A session without use for the lifetime of a refresh token has no valid token left.
const isLive = () => ({ revokedAt: null, lastUsedAt: { gt: new Date(Date.now() - REFRESH_TOKEN_TTL_MS) } })

export const SessionType = builder.prismaNode('Session', {
  description:
    'A sign-in on one device. It ends when it is revoked, or after thirty days without use. Only its person sees it.',
  id: { field: 'id', description: 'The id, `ses_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, userId: { in: caller ? [caller.id] : [] }, ...isLive() }),
  select: { id: true },
  fields: (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the person signed in.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      description: 'The time of the sign-in or of the last refresh of its access token.',
    }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'The user agent of the device at the sign-in. Null if it sent none.',
    }),
    current: t.boolean({
      description: 'True for the session of this request.',
      select: { id: true },
      resolve: ({ id }, _args, { caller }) => id === caller?.sessionId,
    }),
  }),
})

/** The person who is signed in. Other features add their fields with `builder.objectField(ViewerType, ...)`. */
export const ViewerType = builder.objectRef<Caller>('Viewer')

ViewerType.implement({
  description: 'The person who is signed in, with the data that only they may see.',
  fields: (t) => ({
    user: t.prismaField({
      type: UserType,
      description: 'Their public profile.',
      resolve: (query, { id }, _args, { prisma }) => prisma.user.findUniqueOrThrow({ ...query, where: { id } }),
    }),
    email: t.field({
      type: 'EmailAddress',
      description: 'Their email address, with which they sign in.',
      resolve: async ({ id }, _args, context) => (await ownAccount(context, id)).email,
    }),
    roles: t.field({
      type: [RoleEnum],
      description:
        'Their roles; in a request by a personal access token, those within its scopes. Those of staff count only in a session with a second factor, where the server requires one.',
      resolve: ({ roles, withheldRoles }) => [...roles, ...withheldRoles],
    }),
    payoutReadiness: t.field({
      type: PayoutReadinessEnum,
      description: 'Their readiness for payouts.',
      resolve: async ({ id }, _args, context) => (await ownAccount(context, id)).payoutReadiness,
    }),
    emailVerifiedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When they proved their email address. Null until then: they can read and edit drafts, and everything else is refused with `EMAIL_NOT_VERIFIED`.',
      resolve: async ({ id }, _args, context) => (await ownAccount(context, id)).emailVerifiedAt,
    }),
    locale: t.string({
      description:
        'The language of their mails as a BCP 47 tag, such as `de-AT`. English where there is no translation.',
      resolve: async ({ id }, _args, context) => (await ownAccount(context, id)).locale,
    }),
    timeZone: t.string({
      description: 'Their IANA time zone, such as `Europe/Berlin`.',
      resolve: async ({ id }, _args, context) => (await ownAccount(context, id)).timeZone,
    }),
    sessions: t.prismaField({
      type: [SessionType],
      description:
        'Their sessions: the current one first, then the most recently used. At most 100: one more sign-in ends the least recently used. A session also ends after thirty days without use.',
      resolve: async (query, { id, sessionId }, _args, { prisma }) => {
        const sessions = await prisma.session.findMany({
          ...query,
          where: { userId: id, ...isLive() },
          orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
          take: SESSIONS_READ_MAX,
        })
        return sessions.toSorted((one, other) => Number(other.id === sessionId) - Number(one.id === sessionId))
      },
    }),
  }),
})

const OWN_ACCOUNT = { email: true, emailVerifiedAt: true, payoutReadiness: true, locale: true, timeZone: true } as const

// Every field uses the same selection, so that Prisma batches those of one request into one statement.
async function ownAccount({ prisma }: Context, id: string) {
  const account = await prisma.user.findUnique({ where: { id }, select: OWN_ACCOUNT })
  if (!account) throw new Error('The account of the viewer does not exist.')
  return account
}

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerType,
    nullable: true,
    description: 'The person who is signed in. Null if the request is anonymous.',
    resolve: (_root, _args, { caller }) => caller,
  }),
  user: t.prismaField({
    type: UserType,
    nullable: true,
    description: 'A person by id. Null if there is none.',
    args: { id: t.arg.id({ required: true, description: 'The id, `usr_...`.' }) },
    resolve: (query, _root, { id }, { prisma }) => {
      const uuid = fromPublicId('usr', id)
      return uuid ? prisma.user.findUnique({ ...query, where: { id: uuid } }) : null
    },
  }),
}))
