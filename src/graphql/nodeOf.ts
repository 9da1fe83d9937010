import { resolveNodes } from '@pothos/plugin-relay'
import type { GraphQLResolveInfo } from 'graphql'
import { builder } from './builder.ts'
import type { Context } from './context.ts'

/** Returns the node with this key, subject to its own visibility, as `node(id:)` does. For fields of the type `Node`. */
export async function nodeOf(context: Context, info: GraphQLResolveInfo, key: { typename: string; id: string }) {
  const [node] = await resolveNodes(builder, context, info, [key])
  return node
}
