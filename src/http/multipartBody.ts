/**
 * The body of a multipart request as it comes: first what is asked, then the files, each of which stays in the connection until
 * somebody reads it. One that comes before its turn waits on disk, so they may come and be read in any order.
 */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import busboy from 'busboy'
import type { GraphQLParams } from 'graphql-yoga'
import { DomainError } from '../domain/errors.ts'
import { fileTooLarge, fileTruncated } from '../files/errors.ts'
import { Scratch } from '../files/scratch.ts'
import { IncomingPart } from './incomingPart.ts'
import { BODY_BYTES_MAX } from './requestForm.ts'
import { FILES_MAX, malformed, readForm } from './uploadForm.ts'

// The name, the type and the disposition; more than some hundred bytes of them is no form.
const HEADERS_MAX = 20
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

interface Coming {
  part: IncomingPart
  stream: Readable
  filename: string | undefined
}

export class MultipartBody {
  /** What is asked, with the files in their places. Refuses with BAD_REQUEST. */
  readonly params: Promise<GraphQLParams>
  readonly #request: IncomingMessage
  readonly #limits: BodyLimits
  readonly #parser: busboy.Busboy
  /** What was announced and has not begun to come. */
  readonly #expected = new Map<string, IncomingPart>()
  #fileCount = 0
  readonly #setAside = new Set<Scratch>()
  #settle: { resolve: (params: GraphQLParams) => void; reject: (error: Error) => void } | undefined
  #operations: string | undefined
  readonly #coming = new Set<Coming>()
  readonly #silence: NodeJS.Timeout
  #waiting = 0
  #receivedBytes = 0
  #failure: Error | undefined

  /** Begins to read. Refuses at once, with BAD_REQUEST, a request that has no boundary. */
  constructor(request: IncomingMessage, limits: BodyLimits) {
    this.#request = request
    this.#limits = limits
    this.#parser = makeParser(request)
    this.params = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    this.#silence = setTimeout(() => this.#breakSilence(), limits.silenceMs)
    this.#listen()
    request.pipe(this.#parser)
  }

  #listen(): void {
    const isCut = () => {
      if (!this.#request.complete) this.fail(fileTruncated('The connection ended before the file did.'))
    }
    this.#request
      .on('data', (piece: Buffer) => this.#count(piece))
      .on('error', isCut)
      .once('close', isCut)
    this.#parser
      .on('field', (name, value, { valueTruncated }) => this.#guard(() => this.#takeField(name, value, valueTruncated)))
      .on('file', (name, stream, { filename }) => this.#takeFile(name, stream, filename))
      // For good: a malformed head makes it emit one error at once and a second one when it is destroyed.
      .on('error', () => this.fail(fileTruncated('The form is broken, or ends before its end.')))
      .once('finish', () => this.fail(fileTruncated('The request has ended without this file.')))
  }

  #count({ length }: Buffer): void {
    this.#receivedBytes += length
    this.#silence.refresh()
    if (this.#receivedBytes > this.#bytesMax) this.fail(fileTooLarge(this.#limits.fileBytesMax))
  }

  get #bytesMax(): number {
    return BODY_BYTES_MAX + (this.#fileCount || 1) * (this.#limits.fileBytesMax + PART_OVERHEAD_BYTES)
  }

  /** How long all of it may take, now that it is known how many files there are. */
  get deadlineMs(): number {
    return deadlineFor(this.#bytesMax)
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.fail(error as Error)
    }
  }

  #takeField(name: string, value: string, isTruncated: boolean): void {
    if (!this.#settle) return
    if (isTruncated) throw malformed(`A request has at most ${BODY_BYTES_MAX} bytes beside its files.`, 413)
    if (this.#operations === undefined) {
      if (name !== 'operations') throw malformed('The first part of the form is `operations`.')
      this.#operations = value
      return
    }
    if (name !== 'map') throw malformed('The second part of the form is `map`.')
    const params = readForm(this.#operations, value, (partName) => this.#expect(partName))
    this.#settle.resolve(params)
    this.#settle = undefined
  }

  #expect(partName: string): IncomingPart {
    const part = new IncomingPart((arrival) => {
      this.#advance()
      return this.#waitFor(arrival)
    })
    this.#expected.set(partName, part)
    this.#fileCount++
    return part
  }

  #takeFile(name: string, stream: Readable, filename: string | undefined): void {
    stream.on('error', () => {}) // Whoever reads it is told.
    if (this.#settle) this.fail(malformed('Files come after `operations` and `map`.'))
    const part = this.#expected.get(name)
    if (!part) return void stream.resume()
    this.#expected.delete(name)
    this.#coming.add({ part, stream, filename })
    this.#advance()
  }

  /** Gives what comes to whoever wants it, and sets aside what stands before it: nothing passes a file that nobody reads. */
  #advance(): void {
    const coming = [...this.#coming]
    const isWantedLater = [...this.#expected.values()].some(({ isWanted }) => isWanted)
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

  async *#read(stream: Readable): AsyncGenerator<Buffer> {
    const wholeMs = deadlineFor(this.#limits.fileBytesMax)
    const deadline = setTimeout(() => this.fail(TOO_SLOW), wholeMs)
    // A reader that stops early must not destroy it: what comes behind it would never come.
    const pieces = stream.iterator({ destroyOnReturn: false })
    try {
      for (;;) {
        const { done, value } = await this.#waitFor(pieces.next())
        if (done) break
        yield value
      }
    } finally {
      clearTimeout(deadline)
      stream.resume()
    }
  }

  /** Waits for the sender, but not in silence for ever. What the sender did wrong is why it fails, not what came of it. */
  async #waitFor<Value>(value: Promise<Value>): Promise<Value> {
    this.#waiting++
    this.#silence.refresh()
    try {
      return await value
    } catch (error) {
      throw this.#failure ?? error
    } finally {
      this.#waiting--
    }
  }

  #breakSilence(): void {
    if (this.#waiting > 0) this.fail(TOO_SLOW)
    else this.#silence.refresh()
  }

  async #keepForLater({ part, stream, filename }: Coming): Promise<void> {
    try {
      const scratch = await Scratch.make(this.#limits.scratchFolder)
      this.#setAside.add(scratch)
      let byteSize = 0
      for await (const piece of this.#read(stream)) {
        byteSize += piece.length
        // One byte more than the limit is enough to refuse it; the rest is only read.
        if (scratch.byteSize <= this.#limits.fileBytesMax) await scratch.append(piece)
      }
      part.come({ filename, bytesAtLeast: byteSize, bytes: scratch.read() })
    } catch (error) {
      part.fail(error as Error)
    }
  }

  /** Nothing more comes: whoever waits is told so. The first failure counts. */
  fail(error: Error): void {
    this.#failure ??= error
    // A refusal is of a file, and there is none before it is known what is asked.
    this.#settle?.reject(
      error instanceof DomainError ? malformed('The form ends before it says what is asked.') : error,
    )
    this.#settle = undefined
    for (const part of this.#expected.values()) part.fail(error)
    this.#expected.clear()
    for (const { part } of this.#coming) part.fail(error)
    this.#coming.clear()
    this.#request.unpipe(this.#parser)
    this.#parser.destroy(error)
  }

  /** Lets go of everything; whatever still comes is read and forgotten, so that the connection goes on to the next request. */
  async close(): Promise<void> {
    this.fail(fileTruncated('The request is over.'))
    clearTimeout(this.#silence)
    this.#request.resume()
    for (const scratch of this.#setAside) await scratch.close()
  }
}

const deadlineFor = (byteCount: number): number => LEAST_MS + (byteCount / BYTES_PER_SECOND_MIN) * 1_000

function makeParser(request: IncomingMessage): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        fieldNameSize: 100,
        fieldSize: BODY_BYTES_MAX,
        fields: 20,
        files: FILES_MAX + 1,
        headerPairs: HEADERS_MAX,
      },
    })
  } catch {
    throw malformed('The content type is not multipart/form-data with a boundary.')
  }
}
