/** The audit log, for administrators. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { AuditRecord, Prisma } from '../../db/generated/client.ts'
import { fromPublicId, ID_PREFIXES, type IdPrefix, type PublicId, parsePublicId, toPublicId } from '../../db/ids.ts'
import { customPlan } from '../../db/queryHints.ts'
import { type Caller, hasRole } from '../../domain/caller.ts'
import { builder } from '../../graphql/builder.ts'
import { nodeOf } from '../../graphql/nodeOf.ts'
import { connectionOf, idCursor, NODE_PATHS, newestFirst, readPage } from '../../graphql/pagination.ts'
import { ActorUnion, PERSON, SYSTEM } from '../actor.graphql.ts'

const NONE = { id: { in: [] } }

const visibleRecords = (caller: Caller | null): Prisma.AuditRecordWhereInput => (hasRole(caller, 'ADMIN') ? {} : NONE)

/** The public id of the subject of a record. */
function subjectIdOf({ subjectType, subjectId }: Pick<AuditRecord, 'subjectType' | 'subjectId'>): PublicId | null {
  return subjectType === null || subjectId === null ? null : toPublicId(subjectType as IdPrefix, subjectId)
}

const AuditRecordType = builder.prismaNode('AuditRecord', {
  description:
    'A record of the audit log: a mutation of a member of staff, or a sign-in. It is never changed or deleted. For administrators.',
  id: { field: 'id', description: 'The id, `aud_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleRecords(caller)] }),
  select: { id: true },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'The time of the action.' }),
    actor: t.field({
      type: ActorUnion,
      description: 'The person who acted; the system if it is unknown who, as at a failed sign-in.',
      select: (_args, _context, nested) => ({ actor: nested(...PERSON) }),
      resolve: ({ actor }) => actor ?? SYSTEM,
    }),
    action: t.exposeString('action', {
      description: 'The subject and the action, e.g. `user.suspended` or `sign_in.failed`.',
    }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description:
        'The object of the action in its current state. Null if there is none or the viewer may not see it; `subjectId` names it also then.',
      select: { subjectType: true, subjectId: true },
      resolve: (record, _args, context, info) => {
        const subjectId = subjectIdOf(record)
        const parsed = subjectId && parsePublicId(subjectId)
        return parsed ? nodeOf(context, info, { typename: parsed.type, id: parsed.uuid }) : null
      },
    }),
    subjectId: t.id({
      nullable: true,
      description: 'The id of the object of the action. Null if there is none.',
      select: { subjectType: true, subjectId: true },
      resolve: (record) => subjectIdOf(record) as unknown as string | null,
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'The reason in the words of the actor. Null if the action has none.',
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'The id of the request, as in the log of the server. Null if no request did it.',
    }),
  }),
})

const AuditRecordConnection = builder.connectionObject(
  { type: AuditRecordType, name: 'AuditRecordConnection', description: 'A page of audit records, newest first.' },
  { description: 'An audit record and its cursor.' },
)

const KEY_SELECT = { id: true } as const

builder.queryField('auditLog', (t) =>
  t.connection(
    {
      type: AuditRecordType,
      nullable: true,
      roles: ['ADMIN'],
      description:
        'The audit log, newest first: every mutation of staff and every sign-in, failed or not. The refresh of a session is no sign-in. Messages of agents are in their chats. For administrators; null to everybody else.',
      args: {
        subjectId: t.arg.id({ description: 'Only records about this object, of any type.' }),
        actorId: t.arg.id({ description: 'Only actions of this person, `usr_...`.' }),
        action: t.arg.string({ description: 'Only this action, e.g. `user.suspended`.' }),
      },
      resolve: async (_root, { subjectId, actorId, action, ...pageArguments }, context, info) => {
        const page = readPage(pageArguments, idCursor)
        const { where: beyond, orderBy, take } = newestFirst(page)
        const { select } = queryFromInfo({
          context,
          info,
          typeName: 'AuditRecord',
          paths: NODE_PATHS,
          select: KEY_SELECT,
        })
        const records = await context.prisma.auditRecord.findMany({
          select: { ...select, ...KEY_SELECT },
          where: { AND: [beyond, filter({ subjectId, actorId, action })] },
          orderBy,
          take,
        })
        return connectionOf(records, page, idCursor, ({ id }) => id)
      },
    },
    AuditRecordConnection,
  ),
)

interface AuditFilter {
  subjectId: PublicId | null | undefined
  actorId: PublicId | null | undefined
  action: string | null | undefined
}

/** Planned for its values: a rare action is found by its index, a frequent one in the order of the list. */
function filter({ subjectId, actorId, action }: AuditFilter): Prisma.AuditRecordWhereInput {
  if (subjectId == null && actorId == null && action == null) return {}
  return customPlan({ AND: [aboutSubject(subjectId), byActor(actorId), ofAction(action)] })
}

function aboutSubject(subjectId: PublicId | null | undefined): Prisma.AuditRecordWhereInput {
  if (subjectId == null) return {}
  const parsed = parsePublicId(subjectId)
  return parsed ? { subjectId: parsed.uuid, subjectType: ID_PREFIXES[parsed.type] } : NONE
}

function byActor(actorId: PublicId | null | undefined): Prisma.AuditRecordWhereInput {
  if (actorId == null) return {}
  const id = fromPublicId('usr', actorId)
  return id ? { actorId: id } : NONE
}

/** PostgreSQL rejects text with a zero byte, so such text matches nothing. */
function ofAction(action: string | null | undefined): Prisma.AuditRecordWhereInput {
  if (action == null) return {}
  return action.includes('\0') ? NONE : { action }
}
