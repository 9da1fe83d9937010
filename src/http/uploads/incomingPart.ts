/** A file that the `map` of a multipart request announces; it arrives when its part of the body begins. */
import { ValidationError } from '../../domain/errors.ts'
import { type ArrivedFile, IncomingFile } from '../../domain/incomingFile.ts'

/** The value of an Upload variable, until a resolver awaits the file. */
export class IncomingPart extends IncomingFile {
  // All fields are private, because the request hash of an idempotency key includes public ones.
  readonly #onWanted: (meta: Promise<ArrivedFile>) => Promise<ArrivedFile>
  readonly #meta: Promise<ArrivedFile>
  #resolve: (file: ArrivedFile) => void = () => {}
  #reject: (error: Error) => void = () => {}
  #isWanted = false

  /** `onWanted` is called when a resolver awaits the file; it returns its argument, or rejects earlier. */
  constructor(onWanted: (meta: Promise<ArrivedFile>) => Promise<ArrivedFile>) {
    super()
    this.#onWanted = onWanted
    this.#meta = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#meta.catch(() => {}) // Handled, in case no resolver ever awaits it.
  }

  override async arrive(): Promise<ArrivedFile> {
    if (this.#isWanted) {
      const message = 'The request uses this file more than once. Upload it once for each use.'
      throw new ValidationError([{ path: ['input', 'file'], message }])
    }
    this.#isWanted = true
    return this.#onWanted(this.#meta)
  }

  get isWanted(): boolean {
    return this.#isWanted
  }

  /** Resolves `arrive`: the part has begun. */
  come(file: ArrivedFile): void {
    this.#resolve(file)
  }

  /** Rejects `arrive`: the file will not arrive. */
  fail(error: Error): void {
    this.#reject(error)
  }
}
