/** A file that a multipart request has announced. It is there once its part of the body has begun to come. */
import { ValidationError } from '../../domain/errors.ts'
import { type ArrivedFile, IncomingFile } from '../../domain/incomingFile.ts'

export class IncomingPart extends IncomingFile {
  // Nothing of it can be seen from outside: the hash of a request is made of what can.
  readonly #onWanted: (meta: Promise<ArrivedFile>) => Promise<ArrivedFile>
  readonly #meta: Promise<ArrivedFile>
  #resolve: (file: ArrivedFile) => void = () => {}
  #reject: (error: Error) => void = () => {}
  #isWanted = false

  /** `onWanted` is called when somebody asks for it, and gives what it is given or fails before. */
  constructor(onWanted: (meta: Promise<ArrivedFile>) => Promise<ArrivedFile>) {
    super()
    this.#onWanted = onWanted
    this.#meta = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#meta.catch(() => {}) // Nobody may ever ask.
  }

  override async arrive(): Promise<ArrivedFile> {
    if (this.#isWanted) {
      const message = 'This file was read already in this request; send it once for each use.'
      throw new ValidationError([{ path: ['input', 'file'], message }])
    }
    this.#isWanted = true
    return this.#onWanted(this.#meta)
  }

  get isWanted(): boolean {
    return this.#isWanted
  }

  /** It is there. */
  come(file: ArrivedFile): void {
    this.#resolve(file)
  }

  /** It will never be there. */
  fail(error: Error): void {
    this.#reject(error)
  }
}
