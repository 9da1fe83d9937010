/** Inspects a file while it streams through: its type, size and checksum, and whether it is acceptable. */
import { createHash } from 'node:crypto'
import type { FilePurpose } from '../../db/generated/enums.ts'
import type { ArrivedFile, Batch } from '../../domain/incomingFile.ts'
import { FileRejectedError, fileTooLarge, fileTruncated } from '../errors.ts'
import { type ContentCheck, contentCheckFor } from './contentChecks.ts'
import { type FileLimits, HEAD_BYTES, isAllowed, largestLimit, limitOf, typeOf } from './fileTypes.ts'

/** The measured properties of a file. */
export interface FileFacts {
  contentType: string
  byteSize: number
  /** In lower-case hexadecimal. */
  sha256: string
}

export interface Expectation {
  purpose: FilePurpose
  limits: FileLimits
  /** The checksum that the client declared. */
  sha256: string | undefined
}

/**
 * Streams the bytes to `consume` and returns their properties. Refuses with FileRejectedError as early as possible: too large by
 * the declared or counted size, of a type that is not accepted, empty, cut off, or with another checksum than declared.
 */
export async function inspect(
  file: ArrivedFile,
  expectation: Expectation,
  consume: (bytes: AsyncIterable<Batch>) => Promise<void>,
): Promise<FileFacts> {
  const greatest = largestLimit(expectation.purpose, expectation.limits)
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
    this.#limit = largestLimit(expectation.purpose, expectation.limits)
  }

  /** Yields the bytes as they arrive, and throws instead of ending if the file is not acceptable. */
  async *watch(): AsyncGenerator<Batch> {
    let head: Buffer[] | undefined = []
    for await (const batch of this.#file.bytes) {
      for (const chunk of batch) this.#count(chunk)
      if (!head) {
        yield this.#checked(batch)
        continue
      }
      head.push(...batch)
      if (this.#byteSize < HEAD_BYTES) continue
      yield await this.#begin(head)
      head = undefined
    }
    if (this.#byteSize === 0) throw new FileRejectedError('FILE_EMPTY', 'The file is empty. Send one with content.')
    if (head) yield await this.#begin(head)
    this.#finish()
  }

  facts(): FileFacts {
    return { contentType: this.#contentType, byteSize: this.#byteSize, sha256: this.#sha256 }
  }

  #count(chunk: Buffer): void {
    this.#byteSize += chunk.length
    if (this.#byteSize > this.#limit) throw fileTooLarge(this.#limit, this.#contentType || null)
    this.#hash.update(chunk)
  }

  /** Detects the type from the first bytes, and sets the limit and the check of that type. */
  async #begin(head: Batch): Promise<Batch> {
    const { purpose, limits } = this.#expectation
    const { contentType, isAccepted } = await typeOf(Buffer.concat(head, Math.min(this.#byteSize, HEAD_BYTES)))
    if (contentType === undefined || !isAccepted || !isAllowed(contentType, purpose)) throw typeNotAllowed(contentType)
    this.#contentType = contentType
    this.#limit = limitOf(contentType, limits)
    const least = Math.max(this.#byteSize, this.#file.bytesAtLeast)
    if (least > this.#limit) throw fileTooLarge(this.#limit, contentType)
    this.#check = contentCheckFor(contentType)
    return this.#checked(head)
  }

  #checked(batch: Batch): Batch {
    for (const chunk of batch) if (!this.#check?.update(chunk)) throw typeNotAllowed(this.#contentType)
    return batch
  }

  #finish(): void {
    if (!this.#check?.finish(this.#byteSize)) throw typeNotAllowed(this.#contentType)
    this.#sha256 = this.#hash.digest('hex')
    const { sha256 } = this.#expectation
    if (sha256 !== undefined && sha256 !== this.#sha256) {
      throw fileTruncated('The bytes received do not match the declared checksum. Send the file again.')
    }
  }
}

function typeNotAllowed(detected: string | undefined): FileRejectedError {
  const message =
    'Files of this type are not accepted here. Send JPEG, PNG, GIF or WebP; where documents are accepted, also PDF, DOC, DOCX or plain text.'
  return new FileRejectedError('FILE_TYPE_NOT_ALLOWED', message, { detected: detected ?? null })
}
