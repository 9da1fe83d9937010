/**
 * The first two parts of a GraphQL multipart request (https://github.com/jaydenseric/graphql-multipart-request-spec):
 * `operations` is the request with null for each file, `map` has the paths of each part of the body.
 */
import { requestError } from '../responses/requestErrors.ts'

/** Equals the most files that one message or task can have. */
export const FILES_MAX = 20
const PLACES_MAX = 100
const PLACE = /^variables(?:\.\w{1,100}){1,10}$/

/** The paths of variables for each part of the body, from `map`. */
export type Places = Record<string, string[]>

/** Returns BAD_REQUEST for a malformed multipart request. */
export const malformed = (message: string, status = 400) => requestError('BAD_REQUEST', { message, status })

/**
 * Checks `operations` and `map`, and returns the paths of the files. Refuses with BAD_REQUEST malformed JSON, a path that does
 * not lead to null, and too many files. It must run before graphql-upload-minimal, which assigns to any path, even to a
 * method on a shared prototype.
 */
export function checkForm(operations: string, map: string): Places {
  const request = objectOf(operations, 'operations')
  const places = objectOf(map, 'map')
  const entries = Object.values(places)
  if (entries.length > FILES_MAX) throw malformed(`A request can have at most ${FILES_MAX} files.`, 413)
  let placeCount = 0
  for (const paths of entries) {
    if (!isTexts(paths) || paths.length === 0) throw malformed('Each entry of `map` must be a non-empty list of paths.')
    placeCount += paths.length
    if (placeCount > PLACES_MAX) throw malformed(`The \`map\` can have at most ${PLACES_MAX} paths.`, 413)
    // Replaces the null, so that a second path to the same variable is refused.
    for (const path of paths) if (replaceAt(request, path, () => true) !== null) throw wrongPath()
  }
  return places as Places
}

function objectOf(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Refused below.
  }
  throw malformed(`The part \`${name}\` is not a JSON object.`)
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const wrongPath = () => malformed('A path of `map` does not lead to a null in the variables.')

/** Replaces the value at the end of a path, and returns the old value. Refuses with BAD_REQUEST a path that does not exist. */
export function replaceAt<Value>(request: object, path: string, replace: (value: Value) => unknown): Value {
  const names = PLACE.test(path) ? path.split('.') : []
  const last = names.pop() ?? ''
  let holder: unknown = request
  for (const name of names) holder = isHolder(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined
  if (!isHolder(holder) || !Object.hasOwn(holder, last)) throw wrongPath()
  const value = holder[last] as Value
  holder[last] = replace(value)
  return value
}

const isHolder = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
