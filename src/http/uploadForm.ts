/**
 * The first two parts of a GraphQL multipart request (https://github.com/jaydenseric/graphql-multipart-request-spec):
 * `operations` is the request with null for each file, `map` says which part of the body goes where.
 */
import type { GraphQLParams } from 'graphql-yoga'
import { requestError } from './requestErrors.ts'

/** As many files as anything can have attached. */
export const FILES_MAX = 20
const PLACES_MAX = 100
const PLACE = /^variables(?:\.\w{1,100}){1,10}$/

/** A multipart request that is not of its form: 400, or as said. */
export const malformed = (message: string, status = 400) => requestError('BAD_REQUEST', { message, status })

/**
 * The request with its files in their places, each made by `makeFile` for a part of the body. Refuses with BAD_REQUEST whatever is
 * not of the form, a place that is not null, and more files than one request may have.
 */
export function readForm<File>(operations: string, map: string, makeFile: (partName: string) => File): GraphQLParams {
  const { query, operationName, variables, extensions } = objectOf(operations, 'operations')
  const params = { query, operationName, variables, extensions } as GraphQLParams
  const places = Object.entries(objectOf(map, 'map'))
  if (places.length > FILES_MAX) throw malformed(`A request has at most ${FILES_MAX} files.`, 413)
  let placeCount = 0
  for (const [partName, paths] of places) {
    if (!isTexts(paths) || paths.length === 0) throw malformed('Each entry of `map` is a list of paths.')
    placeCount += paths.length
    if (placeCount > PLACES_MAX) throw malformed(`A request has at most ${PLACES_MAX} places for files.`, 413)
    const file = makeFile(partName)
    for (const path of paths) put(params, path, file)
  }
  return params
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

function put(params: object, path: string, file: unknown): void {
  const names = PLACE.test(path) ? path.split('.') : []
  const last = names.pop() ?? ''
  let holder: unknown = params
  for (const name of names) holder = isHolder(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined
  if (!isHolder(holder) || !Object.hasOwn(holder, last) || holder[last] !== null) {
    throw malformed('A path of `map` does not lead to a null in the variables.')
  }
  holder[last] = file
}

const isHolder = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
