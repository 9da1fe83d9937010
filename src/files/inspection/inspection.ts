/** Looks at a file while it passes: its type, its size, its checksum, and whether it may be taken at all. */
import { createHash } from 'node:crypto'
import type { FilePurpose } from '../../db/generated/enums.ts'
import type { ArrivedFile, Batch } from '../../domain/incomingFile.ts'
import { FileRejectedError, fileTooLarge, fileTruncated } from '../errors.ts'
import { type ContentCheck, contentCheckFor } from './contentChecks.ts'
import { type FileLimits, greatestLimit, HEAD_BYTES, isAllowed, limitOf, typeOf } from './fileTypes.ts'

/** What a file is found to be. */
export interface FileFacts {
  contentType: string
  byteSize: number
  /** In lower-case hexadecimal. */
  sha256: string
}

export interface Expectation {
  purpose: FilePurpose
  limits: FileLimits
  /** What the client says that its checksum is. */
  sha256: string | undefined
}

/**
 * Hands the bytes on to `consume` as they come, and gives what they were. Refuses with FileRejectedError, as early as it can
 * be known: too large by what is declared or counted, of a type that is not taken, empty, cut off, or not of the checksum.
 */
export async function inspect(
  file: ArrivedFile,
  expectation: Expectation,
  consume: (bytes: AsyncIterable<Batch>) => Promise<void>,
): Promise<FileFacts> {
  const greatest = greatestLimit(expectation.purpose, expectation.limits)
  if (file.bytesAtLeast > greatest) throw fileTooLarge(greatest)
  const inspection = new Inspection(file, expectation)
  await consume(inspection.watch())
  return inspection.facts()
}

class Inspection {
  readonly #file: ArrivedFile
  readonly #expectation: Expectation
  readonly #hash = createHash('sha256')
  #byteSize = 0
  #limit: number
  #contentType = ''
  #check: ContentCheck | undefined
  #sha256 = ''

  constructor(file: ArrivedFile, expectation: Expectation) {
    this.#file = file
    this.#expectation = expectation
    this.#limit = greatestLimit(expectation.purpose, expectation.limits)
  }

  /** The bytes as they come; the last of them only when everything is as it must be. */
  async *watch(): AsyncGenerator<Batch> {
    let head: Buffer[] | undefined = []
    for await (const batch of this.#file.bytes) {
      for (const piece of batch) this.#count(piece)
      if (!head) {
        yield this.#checked(batch)
        continue
      }
      head.push(...batch)
      if (this.#byteSize < HEAD_BYTES) continue
      yield await this.#begin(head)
      head = undefined
    }
    if (this.#byteSize === 0) throw new FileRejectedError('FILE_EMPTY', 'The file is empty. Send one that has content.')
    if (head) yield await this.#begin(head)
    this.#finish()
  }

  facts(): FileFacts {
    return { contentType: this.#contentType, byteSize: this.#byteSize, sha256: this.#sha256 }
  }

  #count(piece: Buffer): void {
    this.#byteSize += piece.length
    if (this.#byteSize > this.#limit) throw fileTooLarge(this.#limit, this.#contentType || null)
    this.#hash.update(piece)
  }

  /** Decides by the first bytes what the file seems to be. */
  async #begin(head: Batch): Promise<Batch> {
    const { purpose, limits } = this.#expectation
    const { contentType, isTaken } = await typeOf(Buffer.concat(head, Math.min(this.#byteSize, HEAD_BYTES)))
    if (contentType === undefined || !isTaken || !isAllowed(contentType, purpose)) throw typeNotAllowed(contentType)
    this.#contentType = contentType
    this.#limit = limitOf(contentType, limits)
    const least = Math.max(this.#byteSize, this.#file.bytesAtLeast)
    if (least > this.#limit) throw fileTooLarge(this.#limit, contentType)
    this.#check = contentCheckFor(contentType)
    return this.#checked(head)
  }

  #checked(batch: Batch): Batch {
    for (const piece of batch) if (!this.#check?.take(piece)) throw typeNotAllowed(this.#contentType)
    return batch
  }

  #finish(): void {
    if (!this.#check?.end(this.#byteSize)) throw typeNotAllowed(this.#contentType)
    this.#sha256 = this.#hash.digest('hex')
    const { sha256 } = this.#expectation
    if (sha256 !== undefined && sha256 !== this.#sha256) {
      throw fileTruncated('The bytes that came do not have the checksum that was declared. Send the file again.')
    }
  }
}

function typeNotAllowed(detected: string | undefined): FileRejectedError {
  const message =
    'Files like this are not taken here: send jpeg, png, gif or webp, or where documents are taken pdf, doc, docx or plain text.'
  return new FileRejectedError('FILE_TYPE_NOT_ALLOWED', message, { detected: detected ?? null })
}
