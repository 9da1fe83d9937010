/** All streams of a process: opens them at the right place, ends them when their session ends or the server stops. */
import type { Logger } from 'pino'
import { type SessionEnd, SessionWatch } from '../accounts/sessions/sessionWatch.ts'
import { processWakeUps } from '../cache/wakeUps.ts'
import type { Database } from '../db/client.ts'
import type { Caller } from '../domain/caller.ts'
import { UnauthenticatedError } from '../domain/errors.ts'
import { readLatestPosition } from '../events/events.sql.ts'
import { listenForPositions } from '../events/listenForPositions.ts'
import { sequenceCommittedEvents, startSequencer } from '../events/sequencer.ts'
import { EventFollower } from './eventFollower.ts'
import { EventStream, type Interest, oldestOf, Resync, type StreamItem, type StreamLimits } from './eventStream.ts'

/** The cursor to resume after was never given. */
export class CursorBeyondEnd extends Error {
  override readonly name = 'CursorBeyondEnd'
}

/** As many as there are connections that a process can hold; each is a buffer and a timer. */
export class TooManyStreams extends Error {
  override readonly name = 'TooManyStreams'
}

const STREAMS_MAX = 10_000
const LIMITS = {
  // Some seconds of a very busy subject, and at most a few megabytes.
  bufferMax: 1_000,
  heartbeatMs: 15_000,
}

export interface EventStreams {
  /**
   * A stream of what `interest` describes: from after `after`, else from now. Everything is awaited before it is given, so
   * nothing that is committed later is lost. Refuses with CursorBeyondEnd, and TooManyStreams.
   */
  open(options: { interest: Interest; caller: Caller | null; after: bigint | null }): Promise<AsyncIterable<StreamItem>>
  /** Ends those whose session has ended, now and not when it is looked for next. */
  lookAtSessions(): void
  /** Ends every stream, and opens no more. */
  endAll(): void
  stop(): Promise<void>
}

/** Starts to number and to follow events; `stop` ends all of it. */
export function startEventStreams(options: {
  database: Database
  connectionString: string
  log: Logger
  limits: Pick<StreamLimits, 'resumeMax'> & Partial<StreamLimits>
}): EventStreams {
  const { database, connectionString, log } = options
  const limits: StreamLimits = { ...LIMITS, ...options.limits }
  const wakeUps = processWakeUps()
  const tail = new EventFollower({ database, log })
  wakeUps.subscribe(() => tail.wake())
  const sequencer = startSequencer({ database, log, onSequenced: wakeUps.publish })
  const listener = listenForPositions({ connectionString, log, onSequenced: wakeUps.publish })
  const sessions = new SessionWatch({ database, log })
  const streams = new Set<EventStream>()
  let stopped = false

  function endAll(): void {
    stopped = true
    for (const stream of streams) stream.end()
  }

  return {
    async open({ interest, caller, after }) {
      if (streams.size >= STREAMS_MAX) throw new TooManyStreams('There are too many streams on this server.')
      const latest = await latestOf(database)
      if (after !== null && after > latest) throw new CursorBeyondEnd('This cursor was never given.')
      const oldest = oldestOf(latest, limits)
      if (stopped) return only([])
      if (after !== null && after < oldest) return only([new Resync({ oldest, latest })])
      const stream = new EventStream({
        interest,
        tail,
        limits,
        position: after ?? latest,
        latest,
        onEnd: () => {
          streams.delete(stream)
          unwatch()
        },
      })
      const unwatch = caller ? sessions.watch(caller, (end) => stream.end(errorOf(end))) : () => {}
      streams.add(stream)
      return stream
    },
    lookAtSessions: () => sessions.wake(),
    endAll,
    async stop() {
      endAll()
      await Promise.all([sequencer.stop(), listener.stop(), sessions.stop(), tail.stop()])
    },
  }
}

/** The last position of all that is committed by now: an event of the same client's last answer is not new to it. */
async function latestOf(database: Database): Promise<bigint> {
  await sequenceCommittedEvents(database)
  return readLatestPosition(database)
}

// Whoever got other roles resumes with them; the stream would go on judging by the old ones.
const errorOf = (end: SessionEnd): Error | undefined => (end === 'revoked' ? new UnauthenticatedError() : undefined)

async function* only(items: StreamItem[]): AsyncGenerator<StreamItem> {
  yield* items
}
