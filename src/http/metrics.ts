/** The metrics at `/metrics`. Every label has a small, fixed set of values: clients cannot create new series. */
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { boundedCaches } from '../cache/boundedCache.ts'
import type { RedisLink } from '../cache/redisLink.ts'
import type { Database } from '../db/client.ts'
import { readerFallbacks } from '../engine/reader/prismaFallbacks.ts'
import type { PaymentProvider } from '../payments/port/provider.ts'
import type { Admitted } from './admission.ts'
import { watchWork } from './monitoring/workMetrics.ts'
import type { ObservedOperation } from './operationObserver.ts'
import { isRequestErrorCode } from './responses/requestErrors.ts'
import { mapStream } from './streams.ts'

const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export interface Metrics {
  registry: Registry
  plugins: Plugin<Admitted, Admitted>[]
  countOperation(operation: ObservedOperation): void
  countFastPath(): void
  countResponse(route: string, status: number): void
}

/** Returns the metrics of the process, the connection pool, Redis (if configured) and, through the plugins, of streams. */
export function makeMetrics({
  database,
  redis,
  payments,
}: {
  database: Database
  redis: RedisLink | undefined
  payments: Pick<PaymentProvider, 'circuits'>
}): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  watchDatabase(database, registry)
  watchReader(registry)
  watchWork(database, registry)
  watchCaches(registry)
  if (redis) watchRedis(redis, registry)
  watchCircuits(payments, registry)
  const countResponse = tallyBy(registry, {
    name: 'errand_http_responses_total',
    help: 'Responses by route and HTTP status.',
    labels: ['route', 'status'],
  })
  const countFastPath = tally(registry, 'errand_direct_lane_requests_total', 'Requests served by the fast path.')
  return {
    registry,
    plugins: [streamMetrics(registry)],
    countOperation: operationMetrics(registry),
    countFastPath: () => countFastPath(1),
    countResponse,
  }
}

function watchCircuits(payments: Pick<PaymentProvider, 'circuits'>, registry: Registry): void {
  new Gauge({
    name: 'errand_payment_circuit_open',
    help: 'Circuits to the payment provider by kind of call: 1 while open, when calls of this kind wait.',
    labelNames: ['call'],
    registers: [registry],
    collect() {
      for (const { call, isOpen } of payments.circuits?.() ?? []) this.set({ call }, isOpen ? 1 : 0)
    },
  })
}

function operationMetrics(registry: Registry): (operation: ObservedOperation) => void {
  const registers = [registry]
  const countOperation = tallyBy(registry, {
    name: 'errand_operations_total',
    help: 'Operations by kind and outcome: ok, or the code of the first error.',
    labels: ['kind', 'outcome'],
  })
  const durations = new Histogram({
    name: 'errand_operation_duration_seconds',
    help: 'Duration from the parsed request to the result; for a subscription, to the start of its stream.',
    labelNames: ['kind'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  })
  const countStatements = tally(registry, 'errand_statements_total', 'SQL statements sent by operations.')
  const countSeconds = tally(
    registry,
    'errand_statement_seconds_total',
    'Seconds that operations waited for SQL statements.',
  )
  const countWaits = tally(
    registry,
    'errand_pool_wait_seconds_total',
    'Seconds that operations waited for a connection of the pool.',
  )
  return ({ kind = 'none', errorCodes, durationMs, statements, statementsMs, poolWaitMs }) => {
    const code = errorCodes[0]
    countOperation(kind, code === undefined ? 'ok' : isRequestErrorCode(code) ? code : 'refused')
    durations.observe({ kind }, durationMs / 1_000)
    countStatements(statements)
    countSeconds(statementsMs / 1_000)
    countWaits(poolWaitMs / 1_000)
  }
}

// On the hot path of every request: increments a number, which is copied to the counter only when metrics are scraped.
function tally(registry: Registry, name: string, help: string): (more: number) => void {
  let total = 0
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(total)
    },
  })
  return (more) => {
    total += more
  }
}

/** The same with two labels, each with few values. */
function tallyBy(
  registry: Registry,
  { name, help, labels: [one, other] }: { name: string; help: string; labels: readonly [string, string] },
): (one: string | number, other: string | number) => void {
  const totals = new Map<string | number, Map<string | number, number>>()
  new Counter({
    name,
    help,
    labelNames: [one, other],
    registers: [registry],
    collect() {
      this.reset()
      for (const [value, others] of totals)
        for (const [otherValue, total] of others) this.inc({ [one]: value, [other]: otherValue }, total)
    },
  })
  return (value, otherValue) => {
    let others = totals.get(value)
    if (!others) {
      others = new Map()
      totals.set(value, others)
    }
    others.set(otherValue, (others.get(otherValue) ?? 0) + 1)
  }
}

function watchReader(registry: Registry): void {
  new Gauge({
    name: 'errand_reader_fallbacks',
    help: 'Reads since the start that fell back to Prisma, by field or method.',
    labelNames: ['place'],
    registers: [registry],
    collect() {
      for (const [place, count] of readerFallbacks()) this.set({ place }, count)
    },
  })
}

const CACHE_TOTALS = [
  ['hits', 'Look-ups that found an entry.'],
  ['misses', 'Look-ups that found no entry.'],
  ['evictions', 'Entries evicted because the cache was full.'],
] as const

/** The names of caches are constants of the source. */
function watchCaches(registry: Registry): void {
  for (const [total, help] of CACHE_TOTALS) {
    new Counter({
      name: `errand_cache_${total}_total`,
      help,
      labelNames: ['cache'],
      registers: [registry],
      collect() {
        this.reset()
        for (const cache of boundedCaches()) this.inc({ cache: cache.name }, cache[total])
      },
    })
  }
  new Gauge({
    name: 'errand_cache_entries',
    help: 'Entries in the cache.',
    labelNames: ['cache'],
    registers: [registry],
    collect() {
      for (const { name, entries } of boundedCaches()) this.set({ cache: name }, entries)
    },
  })
}

function watchDatabase(database: Database, registry: Registry): void {
  new Gauge({
    name: 'errand_database_connections',
    help: 'Connections of the pool by state; "wanted" counts the requests that wait for one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { totalCount, freeCount, waitingCount } = database.pool
      this.set({ state: 'busy' }, totalCount - freeCount)
      this.set({ state: 'idle' }, freeCount)
      this.set({ state: 'wanted' }, waitingCount)
    },
  })
  new Gauge({
    name: 'errand_database_reachable',
    help: '1 if the database is reachable.',
    registers: [registry],
    collect() {
      this.set(Number(database.reachable))
    },
  })
}

function watchRedis(redis: RedisLink, registry: Registry): void {
  new Gauge({
    name: 'errand_redis_reachable',
    help: '1 if Redis is reachable; if not, each server counts rate limits on its own.',
    registers: [registry],
    collect() {
      this.set(Number(redis.isReachable))
    },
  })
  new Counter({
    name: 'errand_redis_errors_total',
    help: 'Failed Redis commands and connections.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(redis.failures)
    },
  })
}

function streamMetrics(registry: Registry): Plugin<Admitted, Admitted> {
  const registers = [registry]
  const open = new Gauge({ name: 'errand_streams_open', help: 'Open subscriptions.', registers })
  const items = new Counter({
    name: 'errand_stream_items_total',
    help: 'Events and heartbeats sent to streams.',
    registers,
  })
  return {
    onResultProcess({ result, setResult }) {
      if (!isAsyncIterable(result)) return
      open.inc()
      const count = <Item>(item: Item): Item => {
        items.inc()
        return item
      }
      setResult(mapStream(result, count, () => open.dec()))
    },
  }
}
