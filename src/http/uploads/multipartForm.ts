/**
 * The first two parts of a GraphQL multipart request (https://github.com/jaydenseric/graphql-multipart-request-spec):
 * `operations` is the request with null for each file, `map` says which part of the body goes where.
 */
import { requestError } from '../responses/requestErrors.ts'

/** As many files as anything can have attached. */
export const FILES_MAX = 20
const PLACES_MAX = 100
const PLACE = /^variables(?:\.\w{1,100}){1,10}$/

/** For each part of the body, the paths that it goes to. */
export type Places = Record<string, string[]>

/** A multipart request that is not of its form: 400, or as said. */
export const malformed = (message: string, status = 400) => requestError('BAD_REQUEST', { message, status })

/**
 * Gives the places of the files. Refuses with BAD_REQUEST whatever is not of the form, a place that is not null, and more files
 * than one request may have. It comes before graphql-upload-minimal, which sets whatever a path leads to, be it a method that
 * all objects share.
 */
export function checkForm(operations: string, map: string): Places {
  const request = objectOf(operations, 'operations')
  const places = objectOf(map, 'map')
  const entries = Object.values(places)
  if (entries.length > FILES_MAX) throw malformed(`A request has at most ${FILES_MAX} files.`, 413)
  let placeCount = 0
  for (const paths of entries) {
    if (!isTexts(paths) || paths.length === 0) throw malformed('Each entry of `map` is a list of paths.')
    placeCount += paths.length
    if (placeCount > PLACES_MAX) throw malformed(`A request has at most ${PLACES_MAX} places for files.`, 413)
    // What is taken is no longer null for the next one.
    for (const path of paths) if (replaceAt(request, path, () => true) !== null) throw wrongPath()
  }
  return places as Places
}

function objectOf(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Said below, with what is no object.
  }
  throw malformed(`The part \`${name}\` is not an object in JSON.`)
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const wrongPath = () => malformed('A path of `map` does not lead to a null in the variables.')

/** Puts something else at the end of a path, and gives what stood there. Refuses with BAD_REQUEST a path that leads nowhere. */
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
