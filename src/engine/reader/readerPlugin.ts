/**
 * plugin-prisma with the reader in front: a field of a row that the reader read finds what it selected in that row. A field
 * of any other row is plugin-prisma's, which knows whether to load it.
 */
import SchemaBuilder, { type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import pluginName, { PothosPrismaPlugin } from '@pothos/plugin-prisma'
import { getLoaderMapping } from '@pothos/selection-mapper'
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql'
import { installPlanner } from './planning/planner.ts'
import { countFallback } from './prismaFallbacks.ts'
import { isReading } from './readingClient.ts'
import { layoutOf, rowFor } from './rows.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

class ReaderPlugin<Types extends SchemaTypes> extends PothosPrismaPlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    const byPrisma = super.wrapResolve(resolve, field)
    // What plugin-prisma does not wrap needs nothing of its row.
    if (byPrisma === resolve) return resolve
    const columns = columnsOf(field.extensions?.pothosPrismaSelect)
    return (parent, args, context, info) => {
      const layout = layoutOf(parent)
      if (layout) {
        const row = layout.renamed ? rowFor(parent as object, layout, info.parentType.name, info.path.key) : parent
        return resolve(row, args, context, info)
      }
      if (isReading(context)) {
        // A resolver read it whole for itself: there is nothing to load.
        if (columns && hasAll(parent, columns)) return resolve(parent, args, context, info)
        if (!isMapped(parent, context, info)) countFallback(`${info.parentType.name}.${info.fieldName}`)
      }
      return byPrisma(parent, args, context, info)
    }
  }
}

/** The columns that a field selects, when it selects nothing else. */
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
// In the place of plugin-prisma, whose types and declarations stay as they are.
SchemaBuilder.allowPluginReRegistration = true
SchemaBuilder.registerPlugin(pluginName, ReaderPlugin)
SchemaBuilder.allowPluginReRegistration = false

export default pluginName
