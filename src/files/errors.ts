/** Refusals of files. Nothing of a refused file is kept. */
import { DomainError } from '../domain/errors.ts'

type FileCode = 'FILE_TOO_LARGE' | 'FILE_TYPE_NOT_ALLOWED' | 'FILE_TRUNCATED' | 'FILE_EMPTY'

export class FileRejectedError extends DomainError {
  readonly code: FileCode
  /** Null if the size in bytes is not the reason. */
  readonly limitBytes: bigint | null
  /** Null if the type is unknown. */
  readonly detectedContentType: string | null
  constructor(
    code: FileCode,
    message: string,
    { limitBytes = null, detected = null }: { limitBytes?: number | null; detected?: string | null } = {},
  ) {
    super(message)
    this.code = code
    this.limitBytes = limitBytes === null ? null : BigInt(limitBytes)
    this.detectedContentType = detected
  }
}

/** Refuses a file that has more bytes than its type may have. */
export const fileTooLarge = (limitBytes: number, detected: string | null = null): FileRejectedError =>
  new FileRejectedError('FILE_TOO_LARGE', `The file exceeds its limit of ${limitBytes} bytes. Send a smaller one.`, {
    limitBytes,
    detected,
  })

/** Refuses a picture that is a small file but too large once decoded. */
export const tooManyPixels = (limit: number, detected: string): FileRejectedError =>
  new FileRejectedError(
    'FILE_TOO_LARGE',
    `The picture exceeds the limit of ${limit / 1_000_000} million pixels. Send one of lower width or height.`,
    { detected },
  )

/** Refuses a file that is incomplete or does not match its declared checksum. */
export const fileTruncated = (message: string): FileRejectedError => new FileRejectedError('FILE_TRUNCATED', message)
