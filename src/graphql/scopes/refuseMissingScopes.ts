/**
 * Refuses a request by a personal access token whose scopes do not cover its selection. The selection is checked before a root field is
 * resolved, so a refused mutation changes nothing, and no path to a type is missed: each field leads to a type by the schema.
 */
import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { AccessTokenScope } from '../../db/generated/enums.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError } from '../../domain/errors.ts'
import { FIELD_NEEDS, type Need, needOfNode, needOfType } from './scopeTable.ts'

type Scopes = readonly AccessTokenScope[]

// A scope to write includes the one to read: every mutation returns its object.
const INCLUDED: Readonly<Partial<Record<AccessTokenScope, AccessTokenScope>>> = {
  TASKS_READ: 'TASKS_WRITE',
  CHATS_READ: 'CHATS_WRITE',
  MONEY_READ: 'MONEY_WRITE',
}

/** Refuses with ForbiddenError the selection of a root field. A caller with a session is never refused. */
export function refuseMissingScopes(caller: Caller | null, info: GraphQLResolveInfo): void {
  if (!caller?.scopes) return
  const walk = new SelectionWalk(info, caller.scopes)
  for (const node of info.fieldNodes) walk.visitField(node, info.parentType)
}

/** Refuses with ForbiddenError an object of this type that is read by its id. */
export function refuseNodeWithoutScopes(caller: Caller | null, typeName: string): void {
  if (caller?.scopes) refuse(needOfNode(typeName), caller.scopes, typeName)
}

class SelectionWalk {
  readonly #info: GraphQLResolveInfo
  readonly #scopes: Scopes
  /** The object types for which each set was visited, because nested fragments may be spread many times. */
  readonly #visited = new Map<SelectionSetNode, Set<string>>()

  constructor(info: GraphQLResolveInfo, scopes: Scopes) {
    this.#info = info
    this.#scopes = scopes
  }

  visitField(node: FieldNode, parent: GraphQLNamedType): void {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    // `__typename` and introspection.
    if (!field) return
    const place = `${parent.name}.${field.name}`
    const need = FIELD_NEEDS[place]
    if (need !== undefined || isRoot(parent, this.#info)) refuse(need, this.#scopes, place)
    const type = getNamedType(field.type)
    if (!isCompositeType(type)) return
    refuse(needOfType(type.name), this.#scopes, place)
    if (node.selectionSet) this.#visitSet(node.selectionSet, type, this.#objectTypesOf(type))
  }

  /** `possible` are the object types that can be here: a fragment on any other type is never executed, so it needs nothing. */
  #visitSet(set: SelectionSetNode, type: GraphQLNamedType, possible: readonly GraphQLObjectType[]): void {
    const visited = this.#visited.get(set) ?? new Set()
    this.#visited.set(set, visited)
    const key = `${type.name}: ${possible.join()}`
    if (visited.has(key)) return
    visited.add(key)
    for (const selection of set.selections) {
      if (this.#isIncluded(selection)) this.#visitSelection(selection, type, possible)
    }
  }

  #visitSelection(selection: SelectionNode, type: GraphQLNamedType, possible: readonly GraphQLObjectType[]): void {
    if (selection.kind === Kind.FIELD) {
      this.visitField(selection, type)
      return
    }
    const { fragments, schema } = this.#info
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value]
    if (!fragment) return
    const condition = (fragment.typeCondition && schema.getType(fragment.typeCondition.name.value)) ?? type
    const allowed = this.#objectTypesOf(condition)
    const narrowed = possible.filter((one) => allowed.includes(one))
    if (narrowed.length === 0) return
    refuse(needOfType(condition.name), this.#scopes, condition.name)
    this.#visitSet(fragment.selectionSet, condition, narrowed)
  }

  #objectTypesOf(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isObjectType(type)) return [type]
    return isAbstractType(type) ? this.#info.schema.getPossibleTypes(type) : []
  }

  #isIncluded(selection: SelectionNode): boolean {
    const { variableValues } = this.#info
    return (
      getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if !== false
    )
  }
}

const isRoot = (type: GraphQLNamedType, { schema }: GraphQLResolveInfo): boolean =>
  type === schema.getQueryType() || type === schema.getMutationType() || type === schema.getSubscriptionType()

// A place without an entry is refused, until a person has decided on it.
function refuse(need: Need | undefined, scopes: Scopes, place: string): void {
  if (need === 'free') return
  if (need === undefined || need === 'session') {
    throw new ForbiddenError(`A personal access token cannot use ${place}. Sign in to do this.`)
  }
  const has = (scope: AccessTokenScope) => scopes.includes(scope) || isIncluded(scope, scopes)
  if ('oneOf' in need) {
    if (need.oneOf.some(has)) return
    throw new ForbiddenError(`This access token needs one of the scopes ${need.oneOf.join(', ')} for ${place}.`)
  }
  const missing = need.filter((scope) => !has(scope))
  if (missing.length === 0) return
  throw new ForbiddenError(
    `This access token needs the scope${missing.length > 1 ? 's' : ''} ${missing.join(' and ')} for ${place}.`,
  )
}

function isIncluded(scope: AccessTokenScope, scopes: Scopes): boolean {
  const wider = INCLUDED[scope]
  return wider !== undefined && scopes.includes(wider)
}
