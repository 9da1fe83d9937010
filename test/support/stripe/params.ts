/** The parameters of requests to the local Stripe server: forms with nested keys, queries, JSON, and multipart forms. */
import type { IncomingMessage } from 'node:http'
import busboy from 'busboy'
import { invalidParameter } from './refusals.ts'

export type Param = string | number | boolean | null | Param[] | Params
export interface Params {
  [name: string]: Param | undefined
}

/** A file of a multipart form. Its bytes are counted, and not kept. */
export interface UploadedFile {
  name: string
  type: string
  byteSize: number
}

export interface RequestBody {
  params: Params
  file?: UploadedFile
  /** The bytes of the body, to compare two requests under one key. */
  fingerprint: string
}

/** Reads the body of a request by its content type. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) return readMultipart(request)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  if (type.startsWith('application/json')) return { params: text ? JSON.parse(text) : {}, fingerprint: text }
  return { params: parseForm(text), fingerprint: text }
}

/** Parses `a[b]=1&c[0]=2` to `{ a: { b: '1' }, c: ['2'] }`. */
export function parseForm(text: string): Params {
  const root: Params = {}
  for (const [key, value] of new URLSearchParams(text)) setAt(root, key.split(/\[|\]\[|\]/).filter(Boolean), value)
  return arraysIn(root) as Params
}

function setAt(target: Params, path: string[], value: string): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) {
    target[name] = value
    return
  }
  target[name] ??= {}
  setAt(target[name] as Params, rest, value)
}

function arraysIn(param: Param): Param {
  if (typeof param !== 'object' || param === null || Array.isArray(param)) return param
  const entries = Object.entries(param).map(([name, inner]) => [name, arraysIn(inner ?? null)] as const)
  if (entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name))) return entries.map(([, inner]) => inner)
  return Object.fromEntries(entries)
}

function readMultipart(request: IncomingMessage): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const params: Params = {}
    let file: UploadedFile | undefined
    const form = busboy({ headers: request.headers })
    form.on('field', (name, value) => {
      params[name] = value
    })
    form.on('file', (_name, stream, { filename, mimeType }) => {
      const seen = { name: filename ?? '', type: mimeType, byteSize: 0 }
      file = seen
      stream.on('data', (chunk: Buffer) => {
        seen.byteSize += chunk.length
      })
    })
    form.on('close', () => resolve({ params, ...(file && { file }), fingerprint: JSON.stringify({ params, file }) }))
    form.on('error', reject)
    request.on('error', reject)
    request.pipe(form)
  })
}

/** Returns a text parameter; refuses the request without it. */
export function text(params: Params, name: string): string {
  const value = params[name]
  if (typeof value !== 'string' || value === '')
    throw invalidParameter(name, `Missing required param: ${name}.`, 'parameter_missing')
  return value
}

export function optionalText(params: Params, name: string): string | null {
  const value = params[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** Returns a positive whole number; refuses the request without it. */
export function positive(params: Params, name: string): number {
  const value = Number(text(params, name))
  if (!Number.isSafeInteger(value) || value < 1)
    throw invalidParameter(name, 'This value must be greater than or equal to 1.', 'parameter_invalid_integer')
  return value
}

export const flag = (params: Params, name: string): boolean => params[name] === 'true' || params[name] === true

/** Returns the parameters below a name; empty if there are none. */
export function nested(params: Params, name: string): Params {
  const value = params[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

export const texts = (params: Params, name: string): string[] => {
  const value = params[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Returns the metadata of a request. */
export function metadataOf(params: Params): Record<string, string> {
  return Object.fromEntries(Object.entries(nested(params, 'metadata')).map(([name, value]) => [name, String(value)]))
}
