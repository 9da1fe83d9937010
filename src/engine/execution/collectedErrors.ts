/**
 * The errors of one execution. An error at or below a position that another error has made null already is dropped:
 * https://spec.graphql.org/October2021/#sec-Handling-Field-Errors
 */
import type { GraphQLError } from 'graphql'

/** The path of a value in the response, from its end; `typename` is that of a field's parent. */
export interface Path {
  readonly prev: Path | undefined
  readonly key: string | number
  readonly typename: string | undefined
}

export class CollectedErrors {
  readonly list: GraphQLError[] = []
  #nulledPaths: Set<Path | undefined> | undefined

  add(error: GraphQLError, path: Path | undefined): void {
    if (this.#isNulled(path)) return
    this.#nulledPaths ??= new Set()
    this.#nulledPaths.add(path)
    this.list.push(error)
  }

  #isNulled(path: Path | undefined): boolean {
    if (!this.#nulledPaths) return false
    for (let at = path; at !== undefined; at = at.prev) if (this.#nulledPaths.has(at)) return true
    return this.#nulledPaths.has(undefined)
  }
}
