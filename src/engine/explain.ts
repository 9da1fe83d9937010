/**
 * Executes an operation and explains it in `extensions.explain`: the selection plan, and the statements that were sent. Neither
 * shows a value of the request.
 */
import {
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql'
import type { SentStatement } from '../db/statementCount.ts'
import { CompiledOperation } from './execution/compiledOperation.ts'
import type { PlannedField } from './execution/executionContext.ts'
import { planFields } from './execution/planFields.ts'
import { Variables } from './execution/variables.ts'
import { models } from './reader/dataModel.ts'
import { type DocumentContext, directiveVariablesOf, fragmentsOf, objectTypesOf } from './selection/document.ts'
import { SelectionPlan } from './selection/selectionPlan.ts'

export interface Explanation {
  /** The selection plan: a line for each response key, indented by depth. */
  plan: string[]
  statements: SentStatement[]
}

/** The result of our own executor, with an explanation. `sent` is the list to which the statements of the request are added. */
export async function executeAndExplain(args: ExecutionArgs, sent: readonly SentStatement[]): Promise<ExecutionResult> {
  const { schema, document, rootValue, contextValue, operationName } = args
  const operation = getOperationAST(document, operationName)
  // graphql-js answers that the document has no such operation.
  if (!operation) return execute(args)
  const variables = new Variables(schema, operation).coerce(args.variableValues ?? {})
  if ('errors' in variables) return variables
  const request = { rootValue, contextValue, variableValues: variables.coerced }
  const { data, errors } = await new CompiledOperation(schema, document, operation).execute(request)
  const context: DocumentContext = { schema, fragments: fragmentsOf(document), variableValues: variables.coerced }
  const explain: Explanation = {
    plan: new PlanText(context, contextValue).of(operation),
    statements: sent.map((statement) => ({ ...statement, durationMs: rounded(statement.durationMs) })),
  }
  return { ...(errors && { errors }), data: JSON.parse(data), extensions: { explain } }
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100

const INDENT = '  '

/** Writes a selection plan as text. */
class PlanText {
  readonly #document: DocumentContext
  readonly #context: unknown

  constructor(document: DocumentContext, context: unknown) {
    this.#document = document
    this.#context = context
  }

  of({ operation, name, selectionSet }: OperationDefinitionNode): string[] {
    const type = this.#document.schema.getRootType(operation)
    const directiveVariables = directiveVariablesOf(this.#document, selectionSet.selections)
    const selection = new SelectionPlan(this.#document, directiveVariables, [selectionSet])
    const title = name ? `${operation} ${name.value}` : operation
    return type ? [title, ...indented(this.#linesOf(type, selection))] : [title]
  }

  #linesOf(type: GraphQLNamedType, selection: SelectionPlan): string[] {
    const typesByText = new Map<string, GraphQLObjectType[]>()
    const objectTypes = objectTypesOf(this.#document.schema, type)
    for (const objectType of objectTypes) {
      const text = this.#fieldsOf(objectType, selection).join('\n')
      typesByText.set(text, [...(typesByText.get(text) ?? []), objectType])
    }
    typesByText.delete('')
    // All types that have a selection have the same one.
    if (typesByText.size === 1 && typesByText.values().next().value?.length === objectTypes.length) {
      return [...typesByText.keys()].flatMap((text) => text.split('\n'))
    }
    return [...typesByText].flatMap(([text, types]) => [
      `... on ${types.map(({ name }) => name).join(' | ')}`,
      ...indented(text.split('\n')),
    ])
  }

  #fieldsOf(type: GraphQLObjectType, selection: SelectionPlan): string[] {
    return planFields(selection, type).flatMap((planned) => {
      const { field, collected } = planned
      return [this.#lineOf(planned), ...indented(this.#linesOf(getNamedType(field.type), collected.selection))]
    })
  }

  #lineOf(planned: PlannedField): string {
    const { responseKey: key, field } = planned
    const alias = key === field.name ? '' : ` = ${field.name}`
    const reads = [...this.#readsOfField(planned), ...readsOfType(getNamedType(field.type))]
    return `${key}${alias}: ${field.type}${reads.length > 0 ? `  # ${reads.join('; ')}` : ''}`
  }

  // A select function is pure, so it may be called once more than reading does.
  #readsOfField(planned: PlannedField): string[] {
    const { field, parentType } = planned
    const { pothosPrismaSelect: select } = field.extensions
    if (typeof select !== 'function') return readsOf(parentType, select)
    try {
      const args = planned.argumentsFor(this.#document.variableValues)
      return readsOf(parentType, select(args, this.#context, nothingSelected, noNames)?.select)
    } catch {
      return ['select function'] // Its resolver reports the failure.
    }
  }
}

const nothingSelected = () => ({})
const noNames = () => new Set<string>()

const indented = (lines: readonly string[]): string[] => lines.map((line) => INDENT + line)

/** The columns that each row of the type is read with. */
function readsOfType(type: GraphQLNamedType): string[] {
  const { pothosPrismaModel: model, pothosPrismaTypeSelection: selection } = type.extensions
  if (typeof model !== 'string') return []
  const columns = namesIn((selection as { select?: unknown } | undefined)?.select)
  return [`rows of ${model}${columns.length > 0 ? ` with ${columns.join(', ')}` : ''}`]
}

/** The columns and the relations in a selection of a model's rows. */
function readsOf(type: GraphQLObjectType, selection: unknown): string[] {
  const columns = models.get(String(type.extensions.pothosPrismaModel))?.columns
  const names = namesIn(selection)
  return [
    ...listOf(
      'column',
      names.filter((name) => columns?.has(name)),
    ),
    ...listOf(
      'relation',
      names.filter((name) => !columns?.has(name)),
    ),
  ]
}

function namesIn(selection: unknown): string[] {
  if (typeof selection !== 'object' || selection === null) return []
  return Object.entries(selection).flatMap(([name, selected]) => (selected ? [name] : []))
}

const listOf = (kind: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${kind}${names.length > 1 ? 's' : ''} ${names.join(', ')}`]
