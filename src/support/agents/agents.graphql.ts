/** Agents: who answers for customer service, how much of it, and how well. */
import { UserType } from '../../accounts/accounts.graphql.ts'
import type { AgentAvailability } from '../../db/generated/enums.ts'
import { hasRole } from '../../domain/caller.ts'
import { builder } from '../../graphql/builder.ts'
import type { Rating } from './agentLoader.ts'

// More than customer service of this kind has; each is a row of one screen.
const AGENTS_SHOWN_MAX = 500

export const AgentAvailabilityEnum = builder.enumType('AgentAvailability', {
  description: 'Whether an agent gets chats.',
  values: {
    ONLINE: { description: 'The next chat comes by itself, as long as there is room.' },
    BUSY: { description: 'Chats come by claiming only. Whoever loses a chat by silence becomes this.' },
    OFFLINE: { description: 'No chat comes.' },
  } satisfies Record<AgentAvailability, { description: string }>,
})

const RatingSummary = builder.objectRef<Rating>('RatingSummary').implement({
  description: 'What all ratings come to.',
  fields: (t) => ({
    average: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The mean, from 1 to 5 with two digits after the point. Null before the first.',
      resolve: ({ average }) => average,
    }),
    count: t.exposeInt('count', { description: 'How many there are.' }),
  }),
})

export const AgentType = builder.prismaNode('Agent', {
  description: 'A person who answers for customer service. For agents and administrators.',
  id: { field: 'id', description: 'The id, `agt_...`.' },
  nullable: true,
  select: { id: true },
  findUnique: (id, { caller }) => ({ id, AND: hasRole(caller, 'AGENT') ? [] : [{ id: { in: [] } }] }),
  fields: (t) => ({
    user: t.relation('user', { type: UserType, description: 'The person.' }),
    availability: t.expose('availability', {
      type: AgentAvailabilityEnum,
      description: 'Whether they get chats.',
    }),
    capacity: t.exposeInt('capacity', { description: 'How many chats they take at once.' }),
    activeChats: t.exposeInt('activeChats', { description: 'How many chats are assigned to them now.' }),
    rating: t.field({
      type: RatingSummary,
      description: 'What customers made of the chats that they had to the end.',
      resolve: ({ id }, _args, { loaders }) => loaders.agentRatings.load(id),
    }),
  }),
})

builder.queryField('agents', (t) =>
  t.prismaField({
    type: [AgentType],
    nullable: true,
    roles: ['AGENT'],
    description: `Everybody who has ever said that they work as an agent, and may still, at most ${AGENTS_SHOWN_MAX}. For agents and administrators; null to everybody else.`,
    args: { availability: t.arg({ type: AgentAvailabilityEnum, description: 'Only those.' }) },
    resolve: (query, _root, { availability }, { prisma }) =>
      prisma.agent.findMany({
        ...query,
        where: {
          ...(availability && { availability }),
          user: { suspendedAt: null, roles: { hasSome: ['AGENT', 'ADMIN'] } },
        },
        orderBy: { id: 'asc' },
        take: AGENTS_SHOWN_MAX,
      }),
  }),
)
