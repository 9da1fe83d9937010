/** A read that was planned by the reader, in Prisma's own words: what plugin-prisma would have planned in its place. */
import { PLAN, type PlannedSelection, type ReadArguments, type Selection } from './planTypes.ts'
import { planByMapper } from './pothosPlanHook.ts'

/** The same arguments without a plan of the reader anywhere in them. */
export function asPrismaReads(read: ReadArguments): ReadArguments {
  const { select, ...rest } = read
  if (!select) return read
  const selected = Object.fromEntries(
    Object.entries(select).map(([name, nested]) => [name, typeof nested === 'object' ? asPrismaReads(nested) : nested]),
  )
  const planned = select[PLAN]
  if (!planned) return { ...rest, select: selected }
  const byPrisma = planned.asked ? planByPrisma(planned.asked) : {}
  // A type that stands for all columns is planned as an include, beside which Prisma takes no select.
  if (!byPrisma.select) return { ...rest, ...byPrisma }
  return { ...rest, select: { ...selected, ...byPrisma.select } satisfies Selection }
}

const planByPrisma = ({ adapter, asked }: NonNullable<PlannedSelection['asked']>): ReadArguments =>
  planByMapper(adapter, asked)?.query() ?? asked.initial ?? {}
