/** Keeps the last slow operations in the database, for administrators. */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type { SlowOperation } from '../db/generated/client.ts'
import { newId } from '../db/ids.ts'
import { withTransaction } from '../db/transaction.ts'
import { EventLoopDelay } from './eventLoopDelay.ts'
import { deleteSlowOperationsBeyond, insertSlowOperations } from './slowOperations.sql.ts'

/** The number of operations that the table keeps. */
export const SLOW_OPERATIONS_KEPT = 5_000

const FLUSH_AFTER_MS = 1_000
// Bounds the memory of waiting operations, and the size of a batch.
const WAITING_MAX = 500
// GraphQL allows a name of any length, in letters, digits and underscores only.
const NAME_LENGTH_MAX = 100

/** The measurements of an operation that has ended. */
export interface EndedOperation {
  name: string | undefined
  document: string
  durationMs: number
  statements: number
  statementsMs: number
  poolWaitMs: number
  errorCodes: readonly string[]
  requestId: string
  viewerId: string | undefined
}

export interface SlowOperationRecorderOptions {
  database: Database
  /** Operations of this duration or longer are recorded. */
  slowMs: number
  log: Pick<Logger, 'warn'>
  kept?: number
}

/**
 * Writes slow operations in batches, a second after the first of a batch: no answer waits for it. What cannot be written is
 * dropped, because the log has it too.
 */
export class SlowOperationRecorder {
  readonly #options: SlowOperationRecorderOptions
  readonly #delay = new EventLoopDelay()
  #waiting: SlowOperation[] = []
  #dropped = 0
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> | undefined

  constructor(options: SlowOperationRecorderOptions) {
    this.#options = options
  }

  /** Keeps the operation for the next batch, if it was slow. */
  record(operation: EndedOperation): void {
    if (operation.durationMs < this.#options.slowMs) return
    if (this.#waiting.length >= WAITING_MAX) {
      this.#dropped++
      return
    }
    this.#waiting.push(rowOf(operation, this.#delay.maxSince(performance.now() - operation.durationMs)))
    this.#schedule()
  }

  /** Writes what waits; resolves when it is written or dropped. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#flushing
    if (this.#waiting.length === 0) return
    this.#flushing = this.#write(this.#waiting.splice(0)).finally(() => {
      this.#flushing = undefined
      if (this.#waiting.length > 0) this.#schedule()
    })
    await this.#flushing
  }

  /** Writes what waits, and ends. */
  async stop(): Promise<void> {
    this.#delay.stop()
    await this.flush()
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    if (this.#timer || this.#flushing) return
    this.#timer = setTimeout(() => void this.flush(), FLUSH_AFTER_MS)
    this.#timer.unref()
  }

  async #write(operations: SlowOperation[]): Promise<void> {
    const { database, log, kept = SLOW_OPERATIONS_KEPT } = this.#options
    const dropped = this.#dropped
    this.#dropped = 0
    if (dropped > 0) log.warn({ dropped }, 'too many slow operations: only the log has some of them')
    try {
      await withTransaction(database, async (tx) => {
        await insertSlowOperations(tx, { operations })
        await deleteSlowOperationsBeyond(tx, { kept })
      })
    } catch (error) {
      log.warn({ err: error, dropped: operations.length }, 'slow operations were not recorded: only the log has them')
    }
  }
}

function rowOf(operation: EndedOperation, eventLoopDelayMs: number): SlowOperation {
  const { name, document, durationMs, statements, statementsMs, poolWaitMs, errorCodes, requestId, viewerId } =
    operation
  return {
    id: newId(),
    at: new Date(),
    operationName: name?.slice(0, NAME_LENGTH_MAX) ?? null,
    documentHash: createHash('sha256').update(document).digest('hex'),
    durationMs: Math.round(durationMs),
    sqlCount: statements,
    sqlMs: Math.round(statementsMs),
    poolWaitMs: Math.round(poolWaitMs),
    eventLoopDelayMs: Math.round(eventLoopDelayMs),
    errorCount: errorCodes.length,
    requestId,
    viewerId: viewerId ?? null,
  }
}
