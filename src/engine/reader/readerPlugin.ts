/**
 * plugin-prisma with the reader in front of it. A field of a row of the reader finds its selection in that row. A field of any
 * other row is resolved by plugin-prisma, which loads the selection where it is missing.
 */
import type { PothosOutputFieldConfig, SchemaTypes } from '@pothos/core'
import pluginName, { PothosPrismaPlugin } from '@pothos/plugin-prisma'
import { getLoaderMapping } from '@pothos/selection-mapper'
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql'
import { replacePlugin } from '../pothosPatches.ts'
import { installPlanner } from './planning/planner.ts'
import { countFallback } from './prismaFallbacks.ts'
import { hasReader } from './readingClient.ts'
import { layoutOf, rowFor } from './rows.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

class ReaderPlugin<Types extends SchemaTypes> extends PothosPrismaPlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    const byPrisma = super.wrapResolve(resolve, field)
    // A field that plugin-prisma does not wrap needs nothing of its row.
    if (byPrisma === resolve) return resolve
    const columns = columnsOf(field.extensions?.pothosPrismaSelect)
    return (parent, args, context, info) => {
      const layout = layoutOf(parent)
      if (layout) {
        const row = layout.renamed ? rowFor(parent as object, layout, info.parentType.name, info.path.key) : parent
        return resolve(row, args, context, info)
      }
      if (hasReader(context)) {
        // A resolver has read the whole row: there is nothing to load.
        if (columns && hasAll(parent, columns)) return resolve(parent, args, context, info)
        if (!isMapped(parent, context, info)) countFallback(`${info.parentType.name}.${info.fieldName}`)
      }
      return byPrisma(parent, args, context, info)
    }
  }
}

/** The columns that a field selects; undefined if it selects anything else. */
function columnsOf(select: unknown): readonly string[] | undefined {
  if (typeof select !== 'object' || select === null) return undefined
  return Object.values(select).every((selected) => selected === true) ? Object.keys(select) : undefined
}

const hasAll = (row: unknown, columns: readonly string[]): boolean =>
  typeof row === 'object' &&
  row !== null &&
  columns.every((column) => (row as Record<string, unknown>)[column] !== undefined)

const isMapped = (parent: unknown, context: object, { path, parentType }: GraphQLResolveInfo): boolean =>
  [parentType, ...parentType.getInterfaces()].some(({ name }) => getLoaderMapping(context, path, name, parent) !== null)

installPlanner()
replacePlugin(pluginName, ReaderPlugin)

export default pluginName
