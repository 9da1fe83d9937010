/**
 * All patches of Pothos, in one place. Each function says what it replaces, why, and what to check before another version is
 * entered in TESTED. Any other version is refused at start-up.
 */
import SchemaBuilder, { RootFieldBuilder } from '@pothos/core'
// For its effect: it defines `globalID`, which is replaced below.
import '@pothos/plugin-relay'
import { Plan } from '@pothos/selection-mapper'
import { installedVersions, refuseUntestedVersions, type Versions } from '../testedVersions.ts'

/** The versions that the patches were tried with: those of package.json. */
export const TESTED: Versions = {
  '@pothos/core': '4.15.1',
  '@pothos/plugin-prisma': '4.17.0',
  '@pothos/plugin-relay': '4.8.1',
  '@pothos/selection-mapper': '0.1.0',
}

/** Throws unless exactly the tested versions of Pothos are installed. */
export function refuseUntestedPothos(installed = installedVersions(Object.keys(TESTED), import.meta.url)): void {
  refuseUntestedVersions('src/engine/pothosPatches.ts', TESTED, installed)
}

refuseUntestedPothos()

type Replacement = (this: never, ...args: never[]) => unknown

/** The static method `Plan.fromInfo` of the selection mapper, before it is replaced. */
export const originalPlanFromInfo: unknown = Plan.fromInfo.bind(Plan)

/**
 * Replaces the static method `Plan.fromInfo` of @pothos/selection-mapper.
 *
 * Why: plugin-prisma calls it to learn what a field's document selects. The reader plans the selection itself, for its own SQL.
 * All entry points of plugin-prisma (prismaField, prismaNode, prismaConnection, queryFromInfo) call this one method, so the
 * declarations of types and fields stay plain plugin-prisma.
 *
 * On an upgrade check: plugin-prisma calls the method as a property of `Plan` (esm/util/map-query.js), with an adapter and the
 * properties of `PlanQuery`; of the result it uses `query()` only.
 */
export function replacePlanFromInfo(fromInfo: Replacement): void {
  Object.assign(Plan, { fromInfo })
}

/**
 * Replaces the method `globalID` that @pothos/plugin-relay adds to the prototype of field builders.
 *
 * Why: the original resolver is async, so each object with an id costs a promise, and so does each list of such objects. That
 * was a third of the execution time of a page of tasks with their posters.
 *
 * On an upgrade check: plugin-relay still declares the `id` of nodes by `globalID` (esm/schema-builder.js), and the original still
 * does no more than resolve, find the name of the type and call `encodeGlobalID` (esm/field-builder.js).
 */
export function replaceGlobalIdField(globalID: Replacement): void {
  Object.assign(RootFieldBuilder.prototype, { globalID })
}

/**
 * Registers a subclass of PothosPrismaPlugin under the name of plugin-prisma, in its place.
 *
 * Why: only a plugin's `wrapResolve` sees each field's resolver. The subclass lets a field of a row of the reader resolve at once,
 * where plugin-prisma would look for a loaded selection and query again. Types and options of plugin-prisma stay in use.
 *
 * On an upgrade check: `wrapResolve` still returns the same function for a field that needs nothing of its row, the extension
 * `pothosPrismaSelect` still holds a field's selection, and `getLoaderMapping` still finds rows that plugin-prisma loaded.
 */
export const replacePlugin: typeof SchemaBuilder.registerPlugin = (name, plugin) => {
  SchemaBuilder.allowPluginReRegistration = true
  SchemaBuilder.registerPlugin(name, plugin)
  SchemaBuilder.allowPluginReRegistration = false
}
