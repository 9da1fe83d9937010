/** All event streams of a process: opens them at the right position, and ends them when their session ends or the server stops. */
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
import {
  EventStream,
  oldestResumePosition,
  Resync,
  type StreamItem,
  type StreamLimits,
  type StreamTopic,
} from './eventStream.ts'

/** The cursor is after the end of the event log. */
export class CursorBeyondEnd extends Error {
  override readonly name = 'CursorBeyondEnd'
}

/** The process has reached its limit of open streams; each has a connection, a buffer and a timer. */
export class TooManyStreams extends Error {
  override readonly name = 'TooManyStreams'
}

const STREAMS_MAX = 10_000
const LIMITS = {
  // Some seconds of a very busy topic, and at most a few megabytes.
  bufferMax: 1_000,
  heartbeatMs: 15_000,
}

export interface EventStreams {
  /**
   * Opens a stream of a topic after the position `after`, or from now. No event that is committed after the returned promise
   * resolves is lost. Refuses with CursorBeyondEnd and TooManyStreams.
   */
  open(options: { topic: StreamTopic; caller: Caller | null; after: bigint | null }): Promise<AsyncIterable<StreamItem>>
  /** Ends the streams whose session has ended, now instead of at the next poll. */
  checkSessions(): void
  /** Calls `end` when the session of a caller of another stream has ended. Returns the function that stops watching. */
  watchSession(caller: Caller, end: (error?: Error) => void): () => void
  /** Ends all streams and opens no more. */
  endAll(): void
  stop(): Promise<void>
}

/** Starts the sequencer and the follower of this process; `stop` ends both and all streams. */
export function startEventStreams(options: {
  database: Database
  connectionString: string
  staffNeedsSecondFactor: boolean
  log: Logger
  limits: Pick<StreamLimits, 'resumeMax'> & Partial<StreamLimits>
}): EventStreams {
  const { database, connectionString, staffNeedsSecondFactor, log } = options
  const limits: StreamLimits = { ...LIMITS, ...options.limits }
  const wakeUps = processWakeUps()
  const follower = new EventFollower({ database, log })
  wakeUps.subscribe(() => follower.wake())
  const sequencer = startSequencer({ database, log, onSequenced: wakeUps.publish })
  const listener = listenForPositions({ connectionString, log, onSequenced: wakeUps.publish })
  const sessions = new SessionWatch({ database, staffNeedsSecondFactor, log })
  const streams = new Set<EventStream>()
  let stopped = false

  function endAll(): void {
    stopped = true
    for (const stream of streams) stream.end()
  }

  return {
    async open({ topic, caller, after }) {
      if (streams.size >= STREAMS_MAX)
        throw new TooManyStreams('This server has too many open streams. Subscribe again later.')
      const latest = await latestPosition(database)
      if (after !== null && after > latest)
        throw new CursorBeyondEnd('This cursor is after the end of the event log. Use a cursor that this server sent.')
      const oldest = oldestResumePosition(latest, limits)
      if (stopped) return streamOf([])
      if (after !== null && after < oldest) return streamOf([new Resync({ oldest, latest })])
      const stream = new EventStream({
        topic,
        follower,
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
    checkSessions: () => sessions.wake(),
    watchSession: (caller, end) => sessions.watch(caller, (reason) => end(errorOf(reason))),
    endAll,
    async stop() {
      endAll()
      await Promise.all([sequencer.stop(), listener.stop(), sessions.stop(), follower.stop()])
    },
  }
}

/** Sequences all committed events first, so that a new stream does not repeat the client's own last change. */
async function latestPosition(database: Database): Promise<bigint> {
  await sequenceCommittedEvents(database)
  return readLatestPosition(database)
}

// After a change of roles the stream ends without an error: the client resumes with the new roles.
const errorOf = (end: SessionEnd): Error | undefined => (end === 'revoked' ? new UnauthenticatedError() : undefined)

async function* streamOf(items: StreamItem[]): AsyncGenerator<StreamItem> {
  yield* items
}
