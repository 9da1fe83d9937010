/** The errors of one execution. What lies beneath a place that an error has made null already is not told. */
import type { GraphQLError } from 'graphql'

/** A place in the answer; `typename` where it is a field. */
export interface Path {
  readonly prev: Path | undefined
  readonly key: string | number
  readonly typename: string | undefined
}

export class CollectedErrors {
  readonly list: GraphQLError[] = []
  #nulled: Set<Path | undefined> | undefined

  add(error: GraphQLError, path: Path | undefined): void {
    if (this.#isNulled(path)) return
    this.#nulled ??= new Set()
    this.#nulled.add(path)
    this.list.push(error)
  }

  #isNulled(path: Path | undefined): boolean {
    if (!this.#nulled) return false
    for (let place = path; place !== undefined; place = place.prev) if (this.#nulled.has(place)) return true
    return this.#nulled.has(undefined)
  }
}
