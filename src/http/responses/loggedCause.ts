/** Describes an error for the log: type, message and stack, without the values that drivers put into their messages. */
import { causeOf } from './outage.ts'

const MESSAGE_LENGTH_MAX = 500
const FRAMES_MAX = 20
const CAUSES_MAX = 8

export interface LoggedCause {
  type: string
  message: string
  code?: string
  constraint?: string
  table?: string
  stack: string[]
}

/** Describes the innermost cause, because that is the actionable one. */
export function loggedCause(error: unknown): LoggedCause {
  const cause = innermost(error)
  if (!(cause instanceof Error))
    return { type: typeof cause, message: 'A value that is not an Error was thrown.', stack: [] }
  const { code, constraint, table } = cause as { code?: unknown; constraint?: unknown; table?: unknown }
  return {
    type: cause.name,
    message: withoutValues(cause),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(typeof table === 'string' && { table }),
    stack: framesOf(cause),
  }
}

function innermost(error: unknown): unknown {
  let cause = error
  for (let depth = 0; depth < CAUSES_MAX && typeof cause === 'object' && cause !== null; depth++) {
    const inner = causeOf(cause)
    if (!(inner instanceof Error)) return cause
    cause = inner
  }
  return cause
}

// PostgreSQL quotes a bad value after a colon; Prisma prints the whole call, and the error itself in the last line.
function withoutValues({ message }: Error): string {
  const lines = message.trim().split('\n')
  return (lines.at(-1) ?? '').replace(/: ".*$/, '').slice(0, MESSAGE_LENGTH_MAX)
}

function framesOf({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .+:\d+:\d+\)?$/.test(line))
    .slice(0, FRAMES_MAX)
}
