/**
 * Leaves that only expose a property of their parent: most fields of a page. Their JSON is written without the chain of resolver and
 * plugin wrappers, where that chain would do nothing else; in all other cases the chain runs.
 */
import { type GraphQLField, type GraphQLObjectType, getNullableType, isLeafType } from 'graphql'
import { ID_PREFIXES, type IdPrefix, type NodeType, toPublicId } from '../../db/ids.ts'
import { NODE_ID } from '../globalIds.ts'
import { jsonOfLeaf } from './json.ts'

export interface ExposedProperty {
  property: string
  write: (value: unknown) => string | undefined
  /** True if the parent is a row, so the property is there only if the reader read it; else plugin-prisma may have to load it. */
  ofModel: boolean
}

/** The property that a leaf exposes: that of Pothos's extension or, without a resolver, that of the field's name. */
export function exposedPropertyOf(
  parentType: GraphQLObjectType,
  { name, type, resolve, extensions }: GraphQLField<unknown, unknown>,
): ExposedProperty | undefined {
  const leaf = getNullableType(type)
  if (!isLeafType(leaf)) return undefined
  const ofModel = parentType.extensions.pothosPrismaModel !== undefined
  // The row has the UUID, the response the public id.
  if (NODE_ID in extensions) {
    return { property: 'id', ofModel: true, write: jsonOfId(ID_PREFIXES[parentType.name as NodeType]) }
  }
  const property = resolve ? extensions.pothosExposedField : name
  return typeof property === 'string' ? { property, ofModel, write: jsonOfLeaf(leaf) } : undefined
}

const jsonOfId = (prefix: IdPrefix) => (uuid: unknown) => `"${toPublicId(prefix, String(uuid))}"`

/** The JSON of the property; undefined if the resolver has to run. `isWhole`: the source is a whole row of the reader. */
export function exposedJson(
  { property, ofModel, write }: ExposedProperty,
  source: unknown,
  isWhole: boolean,
): string | undefined {
  if (ofModel ? !isWhole : typeof source !== 'object' || source === null) return undefined
  const value = (source as Readonly<Record<string, unknown>>)[property]
  if (value === null || value === undefined || typeof value === 'function') return undefined
  // A promise, for example, or an error that a resolver returned.
  if (typeof value === 'object' && !(value instanceof Date)) return undefined
  try {
    return write(value)
  } catch {
    return undefined
  }
}
