/**
 * Payload prefetch: the reads of a mutation's payload are pipelined after its commit. Before the commit the rule has made the ids, so
 * the payload's resolvers run once with a client that only records their reads. When a field issues the same read after the commit,
 * its row is there without another round trip; any other read is sent as usual. Hence a payload resolver must only read rows.
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

/** The prefetch for the payload of this mutation; undefined if no field of it is a row, or if the reader is turned off. */
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
      for (const field of this.#fields) this.#resolve(field, payload)
    })
  }

  keep(reads: readonly PrefetchedRead[]): void {
    this.#reads.keep(reads)
  }

  // Errors are ignored: the execution of the field throws and reports them again.
  #resolve(field: PlannedField, payload: object): void {
    const { rootValue, variableValues } = this.#info
    const info = new LazyResolveInfo({ operation: this.#info, rootValue, variableValues }, field, this.#info)
    try {
      const value = field.resolve(payload, field.argumentsFor(variableValues), this.#context, info)
      if (value instanceof Promise) value.catch(() => {})
    } catch {}
  }
}

// By the selection of the mutation's result.
const rowFields = new WeakMap<SelectionPlan, readonly PlannedField[]>()

const NONE: readonly PlannedField[] = []

/** The payload's fields that are a row of a model. None if several nodes select the mutation, or a variable decides what is selected. */
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
