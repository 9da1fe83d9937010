/** Operations that an application writes itself, in addition to the generated documents. */
import { INPUTS_WITH_KEY } from './inputsWithKey.ts'
import type { Operation } from './operation.ts'

/** A document with the types of its variables and data, as gql.tada and GraphQL Code Generator create it. */
export interface TypedDocument<Data, Variables> {
  readonly __apiType?: (variables: Variables) => Data
}

/**
 * Returns an operation for `send` and `follow`. A `TypedDocumentString` of Code Generator needs no `print`; for a document that
 * is an AST, as of gql.tada, pass the `print` of the package graphql or @0no-co/graphql.web. If a mutation has its input in the
 * variable `input`, it gets an idempotency key like the generated ones.
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

/** Removes comments, strings and everything in braces, because a field or fragment may have the name of a keyword. */
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
  // Also removes fragment names, as in `fragment query on Task`.
  return top.replace(/\bfragment\s+\w+\s+on\s+\w+/g, '')
}
