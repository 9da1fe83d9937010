/** Refusals of files. Whatever is refused, nothing of it is kept. */
import { DomainError } from '../domain/errors.ts'

type FileCode = 'FILE_TOO_LARGE' | 'FILE_TYPE_NOT_ALLOWED' | 'FILE_TRUNCATED' | 'FILE_EMPTY'

export class FileRejectedError extends DomainError {
  readonly code: FileCode
  /** Null where the number of bytes is not what is wrong. */
  readonly limitBytes: bigint | null
  /** Null where the type is unknown. */
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

/** The refusal of a file that has more bytes than its kind may have. */
export const fileTooLarge = (limitBytes: number, detected: string | null = null): FileRejectedError =>
  new FileRejectedError('FILE_TOO_LARGE', `A file like this has at most ${limitBytes} bytes. Send a smaller one.`, {
    limitBytes,
    detected,
  })

/** The refusal of a picture that is small as a file and large as a picture. */
export const tooManyPixels = (limit: number, detected: string): FileRejectedError =>
  new FileRejectedError(
    'FILE_TOO_LARGE',
    `A picture has at most ${limit / 1_000_000} million pixels. Send one of less width or height.`,
    { detected },
  )

/** The refusal of a file of which not all has come, or not what was announced. */
export const fileTruncated = (message: string): FileRejectedError => new FileRejectedError('FILE_TRUNCATED', message)
