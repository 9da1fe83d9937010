/** Operations that are not among the generated documents: those that an application writes for itself. */
import { INPUTS_WITH_KEY } from './inputsWithKey.ts'
import type { Operation } from './operation.ts'

/** A document that carries the types of its variables and its data, as gql.tada and GraphQL Code Generator make it. */
export interface TypedDocument<Data, Variables> {
  readonly __apiType?: (variables: Variables) => Data
}

/**
 * An operation of one's own, for `send` and `follow`. Code Generator's `TypedDocumentString` is taken as it is; for a document
 * that is a tree, as gql.tada's is, `print` makes the text: the one of the package graphql, or of @0no-co/graphql.web.
 * Its variables are a mutation's input under the name `input`: then it gets an idempotency key, as the generated ones do.
 */
export function operationOf<Data, Variables, Document = unknown>(
  document: Document & TypedDocument<Data, Variables>,
  print: (document: Document) => string = String,
): Operation<Data, Variables> {
  const text = print(document)
  const [, kind = 'query', name = '', variables = ''] = OPERATION.exec(topLevelOf(text)) ?? []
  const inputType = /\$input\s*:\s*(\w+)/.exec(variables)?.[1] ?? ''
  return {
    kind: kind as Operation<Data, Variables>['kind'],
    name,
    text,
    takesKey: kind === 'mutation' && INPUTS_WITH_KEY.includes(inputType),
  }
}

const OPERATION = /\b(query|mutation|subscription)\b\s*(\w*)([^{]*)/

/** The text without comments, strings and what stands in braces: a field or a fragment may have any name. */
function topLevelOf(text: string): string {
  const plain = text.replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g, '')
  let depth = 0
  let top = ''
  for (const character of plain) {
    if (character === '{') depth++
    if (depth === 0) top += character
    if (character === '}') {
      depth--
      if (depth === 0) top += '{}'
    }
  }
  // `fragment query on Task` is a name, too.
  return top.replace(/\bfragment\s+\w+\s+on\s+\w+/g, '')
}
