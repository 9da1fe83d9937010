/**
 * The body of a multipart request as it comes: first what is asked, then the files, each of which stays in the connection until
 * somebody reads it. One that comes before its turn waits on disk, so they may come and be read in any order.
 * graphql-upload-minimal parses it; here stands what it leaves open.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { GraphQLError } from 'graphql'
import { processRequest, type Upload } from 'graphql-upload-minimal'
import type { GraphQLParams } from 'graphql-yoga'
import type { Batch } from '../../domain/incomingFile.ts'
import { fileTooLarge, fileTruncated } from '../../files/errors.ts'
import { Scratch } from '../../files/store/scratch.ts'
import { BODY_BYTES_MAX } from '../requestBody.ts'
import { FileBatches } from './fileBatches.ts'
import { IncomingPart } from './incomingPart.ts'
import { checkForm, FILES_MAX, malformed, type Places, replaceAt } from './multipartForm.ts'
import { NAMELESS, NamelessFiles } from './namelessFiles.ts'
import { pump } from './pump.ts'

// The name, the type and the disposition; more than some hundred bytes of them is no form.
const PART_OVERHEAD_BYTES = 32 * 1024
// What may follow the last file: its boundary, and perhaps a field or two.
const TRAILER_BYTES = 4 * 1024
// A telephone in a train. A slower one gives up before we do.
const BYTES_PER_SECOND_MIN = 32 * 1024
const LEAST_MS = 60_000

export interface BodyLimits {
  fileBytesMax: number
  /** How long the sender may be silent while somebody waits for it. */
  silenceMs: number
  scratchFolder: string
}

const TOO_SLOW = fileTruncated('The file did not come in time. Send it again.')
const BROKEN = fileTruncated('The form is broken, or the request ended before this file did. Send it again.')
const LIMITS = { maxFieldSize: BODY_BYTES_MAX, maxFiles: FILES_MAX }

type Field = [name: string, value: string, details: { valueTruncated: boolean }]

/** Node itself keeps whether the last piece has been handed in; what it shows says only whether it has been read. */
type FileStream = Readable & { truncated: boolean; _readableState?: { ended: boolean } }

interface Coming {
  part: IncomingPart
  stream: Readable
  filename: string | undefined
}

export class MultipartBody {
  readonly #request: IncomingMessage
  readonly #limits: BodyLimits
  #parser: Writable | undefined
  #operations = ''
  #places: Places = {}
  #params: Promise<GraphQLParams> | undefined
  /** What was announced and has not begun to come. */
  readonly #expected = new Map<string, { part: IncomingPart; upload: Upload }>()
  #fileCount = 0
  readonly #setAside = new Set<Scratch>()
  readonly #coming = new Set<Coming>()
  #silence: NodeJS.Timeout | undefined
  #waiting = 0
  #receivedBytes = 0
  #failure: Error | undefined
  #lastFile: FileStream | undefined

  constructor(request: IncomingMessage, limits: BodyLimits) {
    this.#request = request
    this.#limits = limits
  }

  /** Begins to read; gives what is asked, with the files in their places. Refuses with BAD_REQUEST. */
  async read(response: ServerResponse): Promise<GraphQLParams> {
    const request = this.#request
    this.#silence = setTimeout(() => this.#breakSilence(), this.#limits.silenceMs)
    const nameless = new NamelessFiles(request.headers['content-type'] ?? '')
    request.pipe = (parser) => {
      this.#watch(parser as unknown as Writable)
      pump(request, parser as unknown as Writable, {
        prepare: (piece) => nameless.take(piece),
        onTaken: () => this.#endOfBody(),
      })
      return parser
    }
    // It knows the type in this spelling only.
    request.headers['content-type'] = request.headers['content-type']?.replace(/^[^;]*;/, 'multipart/form-data;')
    // Past its limit a file just ends; with one byte more than the greatest limit it is too large by its count.
    const maxFileSize = this.#limits.fileBytesMax + 1
    this.#params = processRequest(request, response, { ...LIMITS, maxFileSize }).then((operations) =>
      this.#paramsOf(operations as GraphQLParams),
    )
    try {
      return await this.#params
    } catch (error) {
      throw error instanceof GraphQLError ? error : malformed('The form does not say, in its order, what is asked.')
    }
  }

  #watch(parser: Writable): void {
    this.#parser = parser
    // For good: a malformed head makes it emit one error at once and a second one when it is destroyed; the package hears one.
    parser.on('error', () => {})
    const takeField = parser.listeners('field')[0] as (...field: Field) => void
    parser.removeAllListeners('field').on('field', (...field: Field) => {
      if (this.#isGood(field)) takeField(...field)
    })
    parser.on('file', (name: string, stream: FileStream) => {
      this.#lastFile = stream
      // In the order in which they come, which the promises of the uploads do not keep.
      this.#params?.then(
        () => this.#takeFile(name, stream),
        () => {},
      )
    })
    this.#request.on('data', (piece: Buffer) => this.#count(piece))
  }

  #isGood([name, value, { valueTruncated }]: Field): boolean {
    try {
      if (valueTruncated) throw malformed(`A request has at most ${BODY_BYTES_MAX} bytes beside its files.`, 413)
      if (name === 'operations') this.#operations = value
      if (name === 'map') this.#places = checkForm(this.#operations, value)
      return true
    } catch (error) {
      this.#fail(error as Error)
      return false
    }
  }

  #paramsOf({ query, operationName, variables, extensions }: GraphQLParams): GraphQLParams {
    const params = { query, operationName, variables, extensions } as GraphQLParams
    for (const [name, paths] of Object.entries(this.#places)) {
      const part = new IncomingPart((meta) => {
        this.#advance()
        return this.#waitFor(meta)
      })
      const [upload] = paths.map((path) => replaceAt<Upload>(params, path, () => part))
      if (!upload) continue
      this.#expected.set(name, { part, upload })
      upload.promise.catch(() => {
        this.#expected.delete(name)
        part.fail(this.#refusal)
      })
    }
    this.#fileCount = this.#expected.size
    return params
  }

  #count({ length }: Buffer): void {
    this.#receivedBytes += length
    this.#silence?.refresh()
    if (this.#receivedBytes > this.#bytesMax) this.#fail(fileTooLarge(this.#limits.fileBytesMax))
  }

  get #bytesMax(): number {
    return BODY_BYTES_MAX + (this.#fileCount || 1) * (this.#limits.fileBytesMax + PART_OVERHEAD_BYTES)
  }

  /** How long all of it may take, now that it is known how many files there are. */
  get deadlineMs(): number {
    return deadlineFor(this.#bytesMax)
  }

  /**
   * Behind the boundary that ends the form, busboy goes on looking for files in the same piece, and waits for the end of one that
   * has none: nobody would be told before their time is up.
   */
  #endOfBody(): void {
    const { readableEnded = true, _readableState: state } = this.#lastFile ?? {}
    if (!readableEnded && !state?.ended) this.#fail(BROKEN)
  }

  async #takeFile(name: string, stream: FileStream): Promise<void> {
    const announced = this.#expected.get(name)
    // It is not asked for, or the second one of its name; nothing passes it unread.
    if (!announced) return void stream.resume()
    this.#expected.delete(name)
    const { part, upload } = announced
    try {
      const { filename, createReadStream } = await upload.promise
      this.#coming.add({ part, stream: createReadStream(), filename: filename === NAMELESS ? undefined : filename })
    } catch {
      // It has broken, or passed the limit, before anybody could look at it.
      stream.resume()
      part.fail(stream.truncated ? fileTooLarge(this.#limits.fileBytesMax) : this.#refusal)
    }
    this.#advance()
  }

  /** What the sender did wrong is why it fails, not what came of it. */
  get #refusal(): Error {
    return this.#failure ?? BROKEN
  }

  /** Gives what comes to whoever wants it, and sets aside what stands before it: nothing passes a file that nobody reads. */
  #advance(): void {
    const coming = [...this.#coming]
    const isWantedLater = [...this.#expected.values()].some(({ part }) => part.isWanted)
    const lastWanted = isWantedLater ? coming.length : coming.findLastIndex(({ part }) => part.isWanted)
    for (const one of coming.slice(0, lastWanted + 1)) {
      const { part, stream, filename } = one
      this.#coming.delete(one)
      if (!part.isWanted) void this.#keepForLater(one)
      else part.come({ filename, bytesAtLeast: this.#declaredRest(), bytes: this.#read(stream) })
    }
  }

  /** How many bytes the file that comes must at least have left; known only of the last one. */
  #declaredRest(): number {
    const declared = Number(this.#request.headers['content-length'] ?? 0)
    return this.#expected.size > 0 ? 0 : Math.max(0, declared - this.#receivedBytes - TRAILER_BYTES)
  }

  async *#read(stream: Readable): AsyncGenerator<Batch> {
    const wholeMs = deadlineFor(this.#limits.fileBytesMax)
    const deadline = setTimeout(() => this.#fail(TOO_SLOW), wholeMs)
    const batches = new FileBatches(stream)
    try {
      for (;;) {
        const batch = await this.#waitFor(batches.next().catch(() => Promise.reject(this.#refusal)))
        if (!batch) break
        yield batch
      }
    } finally {
      clearTimeout(deadline)
      // When its reader stops early, what comes behind it is still to come.
      batches.stop()
    }
  }

  /** Waits for the sender, but not in silence for ever. */
  async #waitFor<Value>(value: Promise<Value>): Promise<Value> {
    this.#waiting++
    this.#silence?.refresh()
    try {
      return await value
    } finally {
      this.#waiting--
    }
  }

  #breakSilence(): void {
    if (this.#waiting > 0) this.#fail(TOO_SLOW)
    else this.#silence?.refresh()
  }

  async #keepForLater({ part, stream, filename }: Coming): Promise<void> {
    try {
      const scratch = await Scratch.make(this.#limits.scratchFolder)
      this.#setAside.add(scratch)
      for await (const batch of this.#read(stream)) await scratch.append(batch)
      part.come({ filename, bytesAtLeast: scratch.byteSize, bytes: scratch.readInBatches() })
    } catch (error) {
      part.fail(error as Error)
    }
  }

  /** Nothing more comes: the package tells whoever waits, and lets the rest go by. The first failure counts. */
  #fail(error: Error): void {
    this.#failure ??= error
    this.#parser?.emit('error', error)
  }

  /** Lets go of everything; whatever still comes is read and forgotten, so that the connection goes on to the next request. */
  async close(): Promise<void> {
    this.#fail(BROKEN)
    clearTimeout(this.#silence)
    for (const scratch of this.#setAside) await scratch.close()
  }
}

const deadlineFor = (byteCount: number): number => LEAST_MS + (byteCount / BYTES_PER_SECOND_MIN) * 1_000
