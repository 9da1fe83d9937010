/** Agents of customer service: availability, capacity and ratings. */
import { UserType } from '../../accounts/accounts.graphql.ts'
import type { AgentAvailability } from '../../db/generated/enums.ts'
import { hasRole } from '../../domain/caller.ts'
import { builder } from '../../graphql/builder.ts'
import { RatingSummaryType } from '../../graphql/commonTypes.ts'

// More than any customer service of this size has; each is a row of one screen.
const AGENTS_SHOWN_MAX = 500

export const AgentAvailabilityEnum = builder.enumType('AgentAvailability', {
  description: 'The availability of an agent.',
  values: {
    ONLINE: { description: 'Chats are assigned automatically, up to the capacity.' },
    BUSY: {
      description:
        'Receives chats only by `claimNextChat` and `assignChat`. Set automatically when a silent agent loses a chat.',
    },
    OFFLINE: { description: 'Receives no chats.' },
  } satisfies Record<AgentAvailability, { description: string }>,
})

export const AgentType = builder.prismaNode('Agent', {
  description: 'An agent of customer service. Visible to agents and administrators.',
  id: { field: 'id', description: 'The id, `agt_...`.' },
  nullable: true,
  select: { id: true },
  findUnique: (id, { caller }) => ({ id, AND: hasRole(caller, 'AGENT') ? [] : [{ id: { in: [] } }] }),
  fields: (t) => ({
    user: t.relation('user', { type: UserType, description: 'The person.' }),
    availability: t.expose('availability', {
      type: AgentAvailabilityEnum,
      description: 'The availability.',
    }),
    capacity: t.exposeInt('capacity', { description: 'The maximum number of chats that they serve at once.' }),
    activeChats: t.exposeInt('activeChats', {
      description: 'The number of chats that are currently assigned to them.',
    }),
    rating: t.field({
      type: RatingSummaryType,
      description: 'The ratings of chats that they served until the end.',
      resolve: ({ id }, _args, { loaders }) => loaders.agentRatings.load(id),
    }),
  }),
})

builder.queryField('agents', (t) =>
  t.prismaField({
    type: [AgentType],
    nullable: true,
    roles: ['AGENT'],
    description: `Current agents who have set their availability at least once; at most ${AGENTS_SHOWN_MAX}. For agents and administrators; null for everyone else.`,
    args: { availability: t.arg({ type: AgentAvailabilityEnum, description: 'Only agents with this availability.' }) },
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
