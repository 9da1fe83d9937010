/** Paths through a schema, as the declarations of plugin-prisma write them. */
import { type GraphQLNamedType, type GraphQLResolveInfo, getNamedType, isInterfaceType, isObjectType } from 'graphql'
import type { Step } from '../../selection/selectionPlan.ts'
import { UnsupportedByReader } from './unsupported.ts'

interface IndirectInclude {
  getType: () => string
  path?: Step[]
  paths?: Step[][]
}

/** The type inside wrappers, such as the unions of the errors plugin, and the path to it. */
export function unwrapIndirect(
  { schema }: GraphQLResolveInfo,
  type: GraphQLNamedType,
): { type: GraphQLNamedType; path: Step[] } {
  const include = type.extensions.pothosIndirectInclude as IndirectInclude | undefined
  if (!include) return { type, path: [] }
  if (include.paths) throw new UnsupportedByReader(`several paths into ${type.name}`)
  const target = schema.getType(include.getType())
  if (!target || target.extensions.pothosIndirectInclude)
    throw new UnsupportedByReader(`${type.name}, a wrapper of a wrapper`)
  return { type: target, path: include.path ?? [] }
}

/** The type at the end of one or more paths, and the paths as steps; without a path, the type itself. */
export function readPath(
  { schema }: GraphQLResolveInfo,
  type: GraphQLNamedType,
  path: unknown,
  typeName: string | undefined,
): { target: GraphQLNamedType; paths: Step[][] } {
  if (path === undefined) return { target: namedType(schema.getType(typeName ?? type.name)), paths: [[]] }
  if (Array.isArray(path)) {
    const steps = stepsOf(path)
    return { target: typeName ? namedType(schema.getType(typeName)) : typeAt(type, steps), paths: [steps] }
  }
  const include = path as IndirectInclude
  return { target: namedType(schema.getType(include.getType())), paths: include.paths ?? [include.path ?? []] }
}

/** A path as steps; names and steps may be mixed. */
export const stepsOf = (path: readonly (string | Step)[]): Step[] =>
  path.map((step) => (typeof step === 'string' ? { name: step } : step))

function typeAt(type: GraphQLNamedType, steps: readonly Step[]): GraphQLNamedType {
  const [step, ...rest] = steps
  if (!step) return type
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[step.name] : undefined
  if (!field || step.type) throw new UnsupportedByReader('a path to no field')
  return typeAt(getNamedType(field.type), rest)
}

function namedType(type: GraphQLNamedType | undefined): GraphQLNamedType {
  if (!type) throw new UnsupportedByReader('a type of another schema')
  return type
}
