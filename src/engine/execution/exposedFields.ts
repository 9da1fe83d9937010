/**
 * Leaves that are nothing but a property of a row: most of what a page is made of. What the chain of resolvers and wrappers
 * would come to is read at once, where nothing can be said against it; else it is gone through, to say what it says.
 */
import { type GraphQLField, type GraphQLObjectType, getNullableType, isLeafType } from 'graphql'
import { ID_PREFIXES, type IdPrefix, type NodeType, toPublicId } from '../../db/ids.ts'
import { NODE_ID } from '../globalIds.ts'
import { jsonOfLeaf } from './json.ts'

export interface ExposedProperty {
  property: string
  write: (value: unknown) => string | undefined
  /** Only where the reader has read it: else plugin-prisma may have to load it. */
  ofModel: boolean
}

/** Pothos notes what a field exposes. Where there is no resolver, it is the property of the field's own name. */
export function exposedPropertyOf(
  parentType: GraphQLObjectType,
  { name, type, resolve, extensions }: GraphQLField<unknown, unknown>,
): ExposedProperty | undefined {
  const leaf = getNullableType(type)
  if (!isLeafType(leaf)) return undefined
  const ofModel = parentType.extensions.pothosPrismaModel !== undefined
  // An id is a UUID in the row.
  if (NODE_ID in extensions) {
    return { property: 'id', ofModel: true, write: jsonOfId(ID_PREFIXES[parentType.name as NodeType]) }
  }
  const property = resolve ? extensions.pothosExposedField : name
  return typeof property === 'string' ? { property, ofModel, write: jsonOfLeaf(leaf) } : undefined
}

const jsonOfId = (prefix: IdPrefix) => (uuid: unknown) => `"${toPublicId(prefix, String(uuid))}"`

/** Its JSON; undefined where it takes the resolver to find it. `isWhole`: the source is a whole row of the reader. */
export function exposedJson(
  { property, ofModel, write }: ExposedProperty,
  source: unknown,
  isWhole: boolean,
): string | undefined {
  if (ofModel ? !isWhole : typeof source !== 'object' || source === null) return undefined
  const value = (source as Readonly<Record<string, unknown>>)[property]
  if (value === null || value === undefined || typeof value === 'function') return undefined
  // It may be a promise, or an error that a resolver gave.
  if (typeof value === 'object' && !(value instanceof Date)) return undefined
  try {
    return write(value)
  } catch {
    return undefined
  }
}
