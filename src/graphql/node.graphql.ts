/** Reads by public id. The prefix names the type; an invisible object is null, like an unknown one. */
import { resolveNodes } from '@pothos/plugin-relay'
import { GraphQLError } from 'graphql'
import { type PublicId, parsePublicId } from '../db/ids.ts'
import { builder, PAGE_SIZE_MAX } from './builder.ts'
import type { Context } from './context.ts'
import { refuseNodeWithoutScopes } from './scopes/refuseMissingScopes.ts'

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description: 'The object with this id. Null if it does not exist, or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'The id, e.g. `tsk_...`.' }) },
    resolve: async (_root, { id }, context, info) => {
      const [node] = await resolveNodes(builder, context, info, [nodeKey(context, id)])
      return node
    },
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    description: `The objects with these ids (at most ${PAGE_SIZE_MAX}), in the same order, with null for each that is not found.`,
    complexity: ({ ids }) => ({ field: 1, multiplier: ids.length }),
    args: { ids: t.arg.idList({ required: true, description: 'The ids.' }) },
    resolve: async (_root, { ids }, context, info) => {
      if (ids.length > PAGE_SIZE_MAX) {
        throw new GraphQLError(`Request at most ${PAGE_SIZE_MAX} ids at once.`, {
          extensions: { code: 'BAD_USER_INPUT' },
        })
      }
      return resolveNodes(
        builder,
        context,
        info,
        ids.map((id) => nodeKey(context, id)),
      )
    },
  }),
}))

/** Returns the type and key of an id; null if its prefix names no type of this schema. Refuses an access token without its scope. */
function nodeKey({ caller }: Context, id: PublicId): { typename: string; id: string } | null {
  const parsed = parsePublicId(id)
  if (!parsed || !builder.configStore.hasConfig(parsed.type)) return null
  refuseNodeWithoutScopes(caller, parsed.type)
  return { typename: parsed.type, id: parsed.uuid }
}
