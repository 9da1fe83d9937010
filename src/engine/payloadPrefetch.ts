/**
 * What the fields of a mutation's payload will read is known before it has committed: the rule has made the ids. So they are asked
 * beforehand, by a client that only notes what would be read, and it is read in the packet of the commit, behind it. A field that
 * then asks for the very same has its row without another round trip; whatever else it asks is read as ever.
 */
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNamedType,
  getNullableType,
  isListType,
} from 'graphql'
import type { PayloadPrefetch } from '../db/transaction.ts'
import type { PlannedField } from './execution/executionContext.ts'
import { LazyResolveInfo } from './execution/lazyResolveInfo.ts'
import { planFields } from './execution/planFields.ts'
import { modelOf } from './reader/planning/selectionTemplate.ts'
import { readsOf } from './reader/readingClient.ts'
import type { Reads } from './reader/reads.ts'
import type { PrefetchedRead } from './reader/rowBatching.ts'
import { objectTypesOf } from './selection/document.ts'
import { type SelectionPlan, selectionPlanOf } from './selection/selectionPlan.ts'

/** What is foreseen of the payload of this mutation; undefined where its fields read nothing, or not by the reader. */
export function payloadPrefetchOf(context: object, info: GraphQLResolveInfo): PayloadPrefetch | undefined {
  const reads = readsOf(context)
  const fields = reads && rowFieldsOf(info)
  return fields && fields.length > 0 ? new RowFieldsPrefetch(reads, fields, context, info) : undefined
}

class RowFieldsPrefetch implements PayloadPrefetch {
  readonly #reads: Reads
  readonly #fields: readonly PlannedField[]
  readonly #context: object
  readonly #info: GraphQLResolveInfo

  constructor(reads: Reads, fields: readonly PlannedField[], context: object, info: GraphQLResolveInfo) {
    this.#reads = reads
    this.#fields = fields
    this.#context = context
    this.#info = info
  }

  readsOf(payload: object): readonly PrefetchedRead[] {
    return this.#reads.recordReads(() => {
      for (const field of this.#fields) this.#ask(field, payload)
    })
  }

  keep(reads: readonly PrefetchedRead[]): void {
    this.#reads.keep(reads)
  }

  // What goes wrong here will go wrong again when the field is executed, and is told then.
  #ask(field: PlannedField, payload: object): void {
    const { rootValue, variableValues } = this.#info
    const place = new LazyResolveInfo({ operation: this.#info, rootValue, variableValues }, field, this.#info)
    try {
      const asked = field.resolve(payload, field.argumentsFor(variableValues), this.#context, place)
      if (asked instanceof Promise) asked.catch(() => {})
    } catch {}
  }
}

// By the selection of the mutation's result.
const rowFields = new WeakMap<SelectionPlan, readonly PlannedField[]>()

const NONE: readonly PlannedField[] = []

/** The fields of the payload that are a row of a model. None where the mutation is selected by several nodes or a variable decides. */
function rowFieldsOf(info: GraphQLResolveInfo): readonly PlannedField[] {
  const selection = selectionPlanOf(info)
  let fields = rowFields.get(selection)
  if (!fields) {
    fields =
      info.fieldNodes.length > 1 || selection.directiveVariables.length > 0 ? NONE : planRowFields(selection, info)
    rowFields.set(selection, fields)
  }
  return fields
}

function planRowFields(selection: SelectionPlan, { schema, returnType }: GraphQLResolveInfo): PlannedField[] {
  return objectTypesOf(schema, getNamedType(returnType))
    .filter((type) => !isRefusal(type))
    .flatMap((type) => planFields(selection, type).filter(({ field }) => isRow(field.type)))
}

const isRefusal = (type: GraphQLObjectType): boolean => type.getInterfaces().some(({ name }) => name === 'Error')

const isRow = (type: GraphQLOutputType): boolean =>
  !isListType(getNullableType(type)) && modelOf(getNamedType(type)) !== undefined
