/** Distinguishes outages (overload, lost database or store) from defects, by the errors of the database and its drivers. */
import { DatabaseLostError } from '../../db/reachability.ts'
import { OverloadedError } from '../../domain/errors.ts'
import { StoreUnavailableError } from '../../files/store/store.ts'

type Outage = 'OVERLOADED' | 'UNAVAILABLE'

// Errors are nested a few levels at most (GraphQL, Prisma, its adapter, pg); the limit also ends a cyclic chain of causes.
const CAUSES_MAX = 8

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const OVERLOADED_STATES = [
  '40001', // Serialization failure, after all retries.
  '40P01', // Deadlock, after all retries.
  '55P03', // Lock time-out.
  '57014', // Statement time-out.
  '25P03', // Idle-in-transaction time-out.
]
const OVERLOADED_CLASSES = ['53'] // Insufficient resources: connections, memory or disk.
const UNAVAILABLE_STATES = ['25006'] // Read-only transaction: the former primary is a standby now.
const UNAVAILABLE_CLASSES = ['08', '57P'] // Connection lost; the server starts, stops or has crashed.

// Errors of pg and Prisma that have no code, only a message.
const OVERLOADED_MESSAGES = ['timeout exceeded when trying to connect']
const UNAVAILABLE_MESSAGES = [
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
]
const PRISMA_OVERLOADED = ['P2024', 'P2034']
const PRISMA_UNAVAILABLE = ['P1001', 'P1002', 'P1008', 'P1017']

/** Returns the kind of outage that caused an error; undefined for a defect. */
export function outageOf(error: unknown): Outage | undefined {
  let cause = error
  for (let depth = 0; depth < CAUSES_MAX && typeof cause === 'object' && cause !== null; depth++) {
    const outage = outageIn(cause)
    if (outage) return outage
    cause = causeOf(cause)
  }
  return undefined
}

/** Returns the direct cause of an error: of GraphQL, Prisma, or the standard property `cause`. */
export function causeOf(error: object): unknown {
  if ('originalError' in error && error.originalError) return error.originalError
  if ('meta' in error && typeof error.meta === 'object' && error.meta && 'driverAdapterError' in error.meta) {
    return error.meta.driverAdapterError
  }
  return 'cause' in error ? error.cause : undefined
}

function outageIn(error: object): Outage | undefined {
  if (error instanceof DatabaseLostError) return 'UNAVAILABLE'
  if (error instanceof StoreUnavailableError) return 'UNAVAILABLE'
  if (error instanceof OverloadedError) return 'OVERLOADED'
  const message = 'message' in error ? String(error.message) : ''
  if (UNAVAILABLE_MESSAGES.includes(message)) return 'UNAVAILABLE'
  if (OVERLOADED_MESSAGES.includes(message)) return 'OVERLOADED'
  // A socket error: inside an operation, the only peer is the database.
  if ('syscall' in error && 'errno' in error) return 'UNAVAILABLE'
  const code = 'originalCode' in error ? error.originalCode : 'code' in error ? error.code : undefined
  return typeof code === 'string' ? outageByCode(code) : undefined
}

function outageByCode(code: string): Outage | undefined {
  if (PRISMA_UNAVAILABLE.includes(code)) return 'UNAVAILABLE'
  if (PRISMA_OVERLOADED.includes(code)) return 'OVERLOADED'
  if (!/^[0-9A-Z]{5}$/.test(code)) return undefined
  if (OVERLOADED_STATES.includes(code) || OVERLOADED_CLASSES.some((head) => code.startsWith(head))) return 'OVERLOADED'
  const isUnavailable = UNAVAILABLE_STATES.includes(code) || UNAVAILABLE_CLASSES.some((head) => code.startsWith(head))
  return isUnavailable ? 'UNAVAILABLE' : undefined
}
