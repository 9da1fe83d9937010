/** Converts a read with the reader's plan to Prisma's arguments, as plugin-prisma would have planned them. */
import { PLAN, type PlannedSelection, type ReadArguments, type Selection } from './planTypes.ts'
import { planByMapper } from './pothosPlanHook.ts'

/** The same arguments without a plan of the reader at any level. */
export function asPrismaReads(read: ReadArguments): ReadArguments {
  const { select, ...rest } = read
  if (!select) return read
  const selected = Object.fromEntries(
    Object.entries(select).map(([name, nested]) => [name, typeof nested === 'object' ? asPrismaReads(nested) : nested]),
  )
  const planned = select[PLAN]
  if (!planned) return { ...rest, select: selected }
  const byPrisma = planned.mapperQuery ? planByPrisma(planned.mapperQuery) : {}
  // A type without `select` is planned as an include, and Prisma does not accept both.
  if (!byPrisma.select) return { ...rest, ...byPrisma }
  return { ...rest, select: { ...selected, ...byPrisma.select } satisfies Selection }
}

const planByPrisma = ({ adapter, query }: NonNullable<PlannedSelection['mapperQuery']>): ReadArguments =>
  planByMapper(adapter, query)?.query() ?? query.initial ?? {}
