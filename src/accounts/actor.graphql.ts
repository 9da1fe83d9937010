/** The actor of an event or an audit record. */
import { builder } from '../graphql/builder.ts'
import { UserType } from './accounts.graphql.ts'

interface System {
  name: string
}

/** The server itself. */
export const SYSTEM: System = { name: 'system' }
/** A person whose identity the viewer may not see. */
export const HIDDEN: System = { name: 'hidden' }

const SystemType = builder.objectRef<System>('System').implement({
  description: 'The server: a timer, a worker, or a response of the payment provider.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: '`system`, or `hidden` for a person whose identity the viewer may not see.',
    }),
  }),
})

export const ActorUnion = builder.unionType('Actor', {
  description: 'The actor of an event or an audit record.',
  types: [UserType, SystemType],
  resolveType: (actor) => ('name' in actor ? 'System' : 'User'),
})

/** Plans the selection of an actor as that of a user, because a union has no Prisma model. */
export const PERSON: [{ select: { id: true } }, never[], 'User'] = [{ select: { id: true } }, [], 'User']
