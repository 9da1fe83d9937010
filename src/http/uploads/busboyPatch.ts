/**
 * All reliance on internals of busboy and graphql-upload-minimal, in one place. graphql-upload-minimal parses the form with busboy
 * and has no options for what is needed here. Each function says what it changes, why, and what to check before another version
 * is entered in TESTED. Any other version is refused at start-up.
 */
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { Readable, Writable } from 'node:stream'
import { installedVersions, refuseUntestedVersions, type Versions } from '../../testedVersions.ts'

/** The versions that the functions here were tried with. */
export const TESTED: Versions = { 'graphql-upload-minimal': '1.6.4', busboy: '1.6.0' }

/** Throws unless exactly the tested versions are installed. */
export function refuseUntestedBusboy(installed = installedPackages()): void {
  refuseUntestedVersions('src/http/uploads/busboyPatch.ts', TESTED, installed)
}

function installedPackages(): Versions {
  const here = import.meta.url
  // Looked up from the package that depends on it: a strict installer does not put it at the top.
  const dependent = createRequire(here).resolve('graphql-upload-minimal')
  return { ...installedVersions(['graphql-upload-minimal'], here), ...installedVersions(['busboy'], dependent) }
}

refuseUntestedBusboy()

/** The name, the value and the details of a field that is not a file, as busboy emits them. */
export type Field = [name: string, value: string, details: { valueTruncated: boolean }]

/** The stream of a file as busboy emits it. */
export type FileStream = Readable & {
  /** True if the file is longer than the limit. */
  truncated: boolean
  /** Node's own state. `ended` says that the last piece was pushed; the public `readableEnded`, that it was read. */
  _readableState?: { ended: boolean }
}

/**
 * Replaces `request.pipe` for one request: `start` gets the parser and has to write the body to it.
 *
 * Why: graphql-upload-minimal creates its parser itself, and `request.pipe(parser)` is the only call with which it hands the parser
 * out. Besides, `pipe` pauses and resumes the connection for each piece (see `pump`).
 *
 * On an upgrade check: processRequest still calls `request.pipe` once, as its last step, after it has added its listeners.
 */
export function replacePipe(request: IncomingMessage, start: (parser: Writable) => void): void {
  request.pipe = (parser) => {
    start(parser as unknown as Writable)
    return parser
  }
}

/**
 * Rewrites the media type in the header `content-type` to lower case.
 *
 * Why: graphql-upload-minimal looks for `multipart/form-data;` in this spelling only, though media types are case-insensitive.
 *
 * On an upgrade check: whether processRequest still does. If not, remove this function.
 */
export function normalizeMediaType({ headers }: IncomingMessage): void {
  headers['content-type'] = headers['content-type']?.replace(/^[^;]*;/, 'multipart/form-data;')
}

/**
 * Removes the listener of graphql-upload-minimal for `field` from its parser, and calls it only for fields that `isGood` accepts.
 *
 * Why: the listener writes to the paths that the client names, without a check: also to properties that all objects inherit.
 *
 * On an upgrade check: graphql-upload-minimal still adds exactly one listener for `field`, with the parameters of `Field`.
 */
export function filterFields(parser: Writable, isGood: (field: Field) => boolean): void {
  const takeField = parser.listeners('field')[0] as (...field: Field) => void
  parser.removeAllListeners('field').on('field', (...field: Field) => {
    if (isGood(field)) takeField(...field)
  })
}

/**
 * Ignores every error of the parser after the first.
 *
 * Why: a malformed head of a part makes busboy emit one error at once and a second one when it is destroyed.
 * graphql-upload-minimal listens for one only, and an error without a listener would end the process.
 *
 * On an upgrade check: whether `parser.once('error', exit)` has become `on`. If so, remove this function.
 */
export function ignoreLaterErrors(parser: Writable): void {
  parser.on('error', () => {})
}

/**
 * Ends the parsing with an error: the current file and all that are still expected fail with it, the rest of the body is ignored.
 *
 * Why: graphql-upload-minimal has no method for it.
 *
 * On an upgrade check: the listener for `error` still rejects the uploads that have no file and resumes the request.
 */
export function failParser(parser: Writable, error: Error): void {
  parser.emit('error', error)
}

/**
 * True if busboy waits for the end of this file although the whole body was written to it.
 *
 * Why: after the boundary that ends the form, busboy continues to look for files in the same piece, and waits for the end of one
 * that has none. No error is emitted, so the request would run until its time limit.
 *
 * On an upgrade check: whether busboy emits an error in this case (test/api/files/uploads.form.test.ts). If so, remove this function.
 */
export const isUnfinished = ({ readableEnded, _readableState: state }: FileStream): boolean =>
  !readableEnded && !state?.ended
