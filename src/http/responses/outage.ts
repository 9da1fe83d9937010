/** Tells what will pass (too much at once, a database that is gone) from defects, by what the database and its drivers throw. */
import { DatabaseLostError } from '../../db/reachability.ts'
import { OverloadedError } from '../../domain/errors.ts'
import { StoreUnavailableError } from '../../files/store/store.ts'

type Outage = 'OVERLOADED' | 'UNAVAILABLE'

// An error wraps another a few times at most (GraphQL, Prisma, its adapter, pg); a ring of causes must end as well.
const CAUSES_MAX = 8

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const OVERLOADED_STATES = [
  '40001', // Serialization failure and deadlock, after the whole was tried again.
  '40P01',
  '55P03', // Nobody gave way to the lock in time.
  '57014', // The statement took too long.
  '25P03', // The transaction stood still for too long.
]
const OVERLOADED_CLASSES = ['53'] // Insufficient resources: connections, memory, disk.
const UNAVAILABLE_STATES = ['25006'] // Read only: what was the primary is a standby now.
const UNAVAILABLE_CLASSES = ['08', '57P'] // Connection lost; starting, stopping, crashed.

// Errors of pg and Prisma that have no code but this text.
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

/** Undefined for what is neither: a defect. */
export function outageOf(error: unknown): Outage | undefined {
  let cause = error
  for (let depth = 0; depth < CAUSES_MAX && typeof cause === 'object' && cause !== null; depth++) {
    const outage = outageIn(cause)
    if (outage) return outage
    cause = causeOf(cause)
  }
  return undefined
}

/** What an error was made of: by GraphQL, by Prisma, or by the language. */
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
  // A socket's error: only the database is spoken to inside an operation.
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
