/**
 * The ids of nodes, as plugin-relay makes them, but at once. Its own field is an async function: every object that has an id
 * waits then, and every list of such objects; for a page of tasks with their posters that was a third of executing it.
 */
import { isThenable, RootFieldBuilder } from '@pothos/core'
import '@pothos/plugin-relay'

/** The extension of a field that is the id of a node. */
export const NODE_ID = 'nodeId'

type Resolve = (parent: unknown, args: unknown, context: unknown, info: unknown) => unknown
type FieldOptions = { resolve: Resolve; extensions?: object }

/** What plugin-relay adds to a field builder. */
interface WithGlobalId {
  builder: {
    configStore: { getTypeConfig(type: unknown): { name: string } }
    options: { relay: { encodeGlobalID(typename: string, id: string): string } }
  }
  field(options: object): unknown
}

function globalID(this: WithGlobalId, { resolve, extensions, ...options }: FieldOptions): unknown {
  const { configStore, options: builderOptions } = this.builder
  const { encodeGlobalID } = builderOptions.relay
  const encode = (made: unknown): unknown => {
    if (typeof made !== 'object' || made === null) return made
    const { type, id } = made as { type: unknown; id: unknown }
    const typename = typeof type === 'string' ? type : configStore.getTypeConfig(type).name
    return encodeGlobalID(typename, String(id))
  }
  return this.field({
    ...options,
    // Every node here is a row, whose id is its column of that name: an executor may read it there.
    extensions: { ...extensions, [NODE_ID]: true },
    type: 'ID',
    resolve: (parent: unknown, args: unknown, context: unknown, info: unknown) => {
      const made = resolve(parent, args, context, info)
      return isThenable(made) ? made.then(encode) : encode(made)
    },
  })
}

Object.assign(RootFieldBuilder.prototype, { globalID })
