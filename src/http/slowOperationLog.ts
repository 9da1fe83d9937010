/** Logs slow operations, one line each. */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import { toPublicId } from '../db/ids.ts'
import type { ObservedOperation } from './operationObserver.ts'

// GraphQL allows a name of any length, in letters, digits and underscores only.
const NAME_LENGTH_MAX = 100

export interface SlowOperationLogOptions {
  /** Operations of this duration or longer are logged as warnings. */
  slowMs: number
  /** Operations of this duration or longer are logged. */
  mediumMs: number
  /** Logs every operation, to measure the cost of logging. */
  everyOperation?: boolean
  log: Pick<Logger, 'warn' | 'info' | 'debug' | 'isLevelEnabled'>
}

/** Returns the logger of operations: names, numbers and a document hash; never variables, tokens or texts. */
export function slowOperationLog(options: SlowOperationLogOptions): (operation: ObservedOperation) => void {
  const { slowMs, mediumMs, everyOperation = false, log } = options
  return (operation) => {
    if (operation.durationMs >= slowMs) log.warn(fieldsOf(operation), 'slow operation')
    else if (operation.durationMs >= mediumMs) log.info(fieldsOf(operation), 'medium operation')
    else if (everyOperation) log.info(fieldsOf(operation), 'operation')
    else if (log.isLevelEnabled('debug')) log.debug(fieldsOf(operation), 'operation')
  }
}

function fieldsOf(operation: ObservedOperation): object {
  const { kind, name, document, durationMs, statements, statementsMs, errorCodes, requestId, viewerId } = operation
  return {
    operation: name?.slice(0, NAME_LENGTH_MAX),
    kind,
    documentHash: createHash('sha256').update(document).digest('hex'),
    durationMs: Math.round(durationMs),
    statements,
    statementsMs: Math.round(statementsMs),
    errors: errorCodes.length,
    requestId,
    viewer: viewerId && toPublicId('usr', viewerId),
  }
}
