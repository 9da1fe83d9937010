/**
 * The body of a multipart request as it arrives: first the operation, then the files. Each file stays in the connection until a
 * resolver reads it. A file that arrives before its turn waits on disk, so files may arrive and be read in any order.
 * graphql-upload-minimal parses the form; this file adds limits, checks and the order of the files.
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
import {
  type Field,
  type FileStream,
  failParser,
  filterFields,
  ignoreLaterErrors,
  isUnfinished,
  normalizeMediaType,
  replacePipe,
} from './busboyPatch.ts'
import { FileBatches } from './fileBatches.ts'
import { IncomingPart } from './incomingPart.ts'
import { checkForm, FILES_MAX, malformed, type Places, replaceAt } from './multipartForm.ts'
import { NAMELESS, NamelessFiles } from './namelessFiles.ts'
import { pump } from './pump.ts'

// The head of a part: name, type and disposition. An ordinary one has some hundred bytes.
const PART_OVERHEAD_BYTES = 32 * 1024
// The bytes after the last file: its boundary, and perhaps a field or two.
const TRAILER_BYTES = 4 * 1024
// A phone on a train. Users with a slower connection give up before this limit.
const BYTES_PER_SECOND_MIN = 32 * 1024
const DEADLINE_MS_MIN = 60_000

export interface BodyLimits {
  fileBytesMax: number
  /** The longest silence of the sender while a resolver waits for a file. */
  silenceMs: number
  scratchFolder: string
}

const TOO_SLOW = fileTruncated('The file did not arrive in time. Send it again.')
const BROKEN = fileTruncated('The form is malformed, or the request ended before the end of this file. Send it again.')
const LIMITS = { maxFieldSize: BODY_BYTES_MAX, maxFiles: FILES_MAX }

/** A file whose part has begun to arrive, and which no resolver reads yet. */
interface ArrivingFile {
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
  /** The files that `map` announced and that have not begun to arrive. */
  readonly #expected = new Map<string, { part: IncomingPart; upload: Upload }>()
  #fileCount = 0
  readonly #setAside = new Set<Scratch>()
  readonly #arriving = new Set<ArrivingFile>()
  #silence: NodeJS.Timeout | undefined
  #waiting = 0
  #receivedBytes = 0
  #failure: Error | undefined
  #lastFile: FileStream | undefined

  constructor(request: IncomingMessage, limits: BodyLimits) {
    this.#request = request
    this.#limits = limits
  }

  /** Begins to read. Returns the operation, with an IncomingPart in the place of each file. Refuses with BAD_REQUEST. */
  async read(response: ServerResponse): Promise<GraphQLParams> {
    const request = this.#request
    this.#silence = setTimeout(() => this.#breakSilence(), this.#limits.silenceMs)
    const nameless = new NamelessFiles(request.headers['content-type'] ?? '')
    replacePipe(request, (parser) => {
      this.#watch(parser)
      pump(request, parser, { prepare: (piece) => nameless.take(piece), onTaken: () => this.#endOfBody() })
    })
    normalizeMediaType(request)
    // At the limit busboy just ends the file. One byte beyond our own limit, the count of bytes shows that it is too large.
    const maxFileSize = this.#limits.fileBytesMax + 1
    this.#params = processRequest(request, response, { ...LIMITS, maxFileSize }).then((operations) =>
      this.#paramsOf(operations as GraphQLParams),
    )
    try {
      return await this.#params
    } catch (error) {
      throw error instanceof GraphQLError
        ? error
        : malformed('The form is malformed. Send its parts in this order: `operations`, `map`, the files.')
    }
  }

  #watch(parser: Writable): void {
    this.#parser = parser
    ignoreLaterErrors(parser)
    filterFields(parser, (field) => this.#isGood(field))
    parser.on('file', (name: string, stream: FileStream) => {
      this.#lastFile = stream
      // Keeps the order of arrival, which the promises of the uploads do not.
      this.#params?.then(
        () => this.#takeFile(name, stream),
        () => {},
      )
    })
    this.#request.on('data', (piece: Buffer) => this.#count(piece))
  }

  #isGood([name, value, { valueTruncated }]: Field): boolean {
    try {
      if (valueTruncated) throw malformed(`A request can have at most ${BODY_BYTES_MAX} bytes besides its files.`, 413)
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

  /** The time limit of the whole body. Depends on the number of files, so it is known after `read`. */
  get deadlineMs(): number {
    return deadlineFor(this.#bytesMax)
  }

  #endOfBody(): void {
    if (this.#lastFile && isUnfinished(this.#lastFile)) this.#fail(BROKEN)
  }

  async #takeFile(name: string, stream: FileStream): Promise<void> {
    const announced = this.#expected.get(name)
    // Not in `map`, or the second file of its name. It must be read, because it blocks the files after it.
    if (!announced) return void stream.resume()
    this.#expected.delete(name)
    const { part, upload } = announced
    try {
      const { filename, createReadStream } = await upload.promise
      this.#arriving.add({ part, stream: createReadStream(), filename: filename === NAMELESS ? undefined : filename })
    } catch {
      // It failed, or passed the limit, before a resolver could read it.
      stream.resume()
      part.fail(stream.truncated ? fileTooLarge(this.#limits.fileBytesMax) : this.#refusal)
    }
    this.#advance()
  }

  /** The first failure: the mistake of the sender, not its consequences. */
  get #refusal(): Error {
    return this.#failure ?? BROKEN
  }

  /** Hands arriving files to the resolvers that wait for them. Sets aside on disk the files before those, because they block them. */
  #advance(): void {
    const arriving = [...this.#arriving]
    const isWantedLater = [...this.#expected.values()].some(({ part }) => part.isWanted)
    const lastWanted = isWantedLater ? arriving.length : arriving.findLastIndex(({ part }) => part.isWanted)
    for (const file of arriving.slice(0, lastWanted + 1)) {
      const { part, stream, filename } = file
      this.#arriving.delete(file)
      if (!part.isWanted) void this.#setFileAside(file)
      else part.come({ filename, bytesAtLeast: this.#declaredRest(), bytes: this.#read(stream) })
    }
  }

  /** The least number of bytes that the last file still has to send, by the declared length of the body; 0 for any other file. */
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
      // Its reader may have stopped early. The rest must be read, because it blocks the files after it.
      batches.stop()
    }
  }

  /** Waits for the sender. Its silence is limited while at least one such wait is open. */
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

  async #setFileAside({ part, stream, filename }: ArrivingFile): Promise<void> {
    try {
      const scratch = await Scratch.make(this.#limits.scratchFolder)
      this.#setAside.add(scratch)
      for await (const batch of this.#read(stream)) await scratch.append(batch)
      part.come({ filename, bytesAtLeast: scratch.byteSize, bytes: scratch.readInBatches() })
    } catch (error) {
      part.fail(error as Error)
    }
  }

  /** Fails all files that have not arrived whole, and ignores the rest of the body. The first failure is reported. */
  #fail(error: Error): void {
    this.#failure ??= error
    if (this.#parser) failParser(this.#parser, error)
  }

  /** Frees timers and files on disk. The rest of the body is read and ignored, so that the connection can serve the next request. */
  async close(): Promise<void> {
    this.#fail(BROKEN)
    clearTimeout(this.#silence)
    for (const scratch of this.#setAside) await scratch.close()
  }
}

const deadlineFor = (byteCount: number): number => DEADLINE_MS_MIN + (byteCount / BYTES_PER_SECOND_MIN) * 1_000
