/**
 * A connection on which our statements mean the same everywhere. A role, a database or a server may have defaults of its own for
 * how values are written, what a transaction sees and how long a statement may run, so what we rely on is set on each connection,
 * by a statement and not in the start-up packet: poolers refuse or ignore what they do not know there.
 */
import pg from 'pg'
import { destroy } from './wire/pgInternals.ts'

/** Settings of a connection beside those that all have, by the names that PostgreSQL gives them. */
export type SessionSettings = Readonly<Record<string, string | number>>

export interface DatabaseClientOptions extends pg.ClientConfig {
  settings?: SessionSettings | undefined
}

const PREPARE_TIMEOUT_MS = 10_000

/** What every connection relies on. */
const RELIED_ON: SessionSettings = {
  // How values are written and read.
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: 1,
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  // What a transaction sees and may do. By another isolation, people who apply for one task at once would fail each other.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // How long anything may take: what limits there are, a connection names itself.
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  // Where a policy filters rows, as on the tables of graphile-worker, it does, and is no error.
  row_security: 'on',
  // Searches find all that fits, not a sample of it.
  gin_fuzzy_search_limit: 0,
  // Compiling costs more than any of our statements takes.
  jit: 'off',
}

/** Those that PostgreSQL does not know before this version. */
const NEWER: readonly { since: number; settings: SessionSettings }[] = [
  { since: 140_000, settings: { idle_session_timeout: 0 } },
  { since: 170_000, settings: { transaction_timeout: 0 } },
]

/** The extensions that migrations create. Where an operator has installed them in a schema of their own, they are found there. */
export const EXTENSIONS: readonly string[] = ['cube', 'pg_trgm']

/** A client that sets what we rely on before it is said to be connected. */
export class DatabaseClient extends pg.Client {
  readonly #settings: SessionSettings
  readonly #timeoutMs: number

  constructor(options: DatabaseClientOptions = {}) {
    super(options)
    this.#settings = options.settings ?? {}
    this.#timeoutMs = options.connectionTimeoutMillis || PREPARE_TIMEOUT_MS
  }

  override connect(): Promise<pg.Client>
  override connect(callBack: CallBack): void
  override connect(callBack?: CallBack): Promise<pg.Client> | undefined {
    if (!callBack) {
      return new Promise((resolve, reject) =>
        this.connect((error: Error | null) => (error ? reject(error) : resolve(this))),
      )
    }
    const done = callBack as (error: Error | null) => void
    super.connect((error: Error | null) => (error ? done(error) : this.#prepare(done)))
    return undefined
  }

  // One that cannot be prepared is of no use, and who was waiting for it will not end it.
  #prepare(done: (error: Error | null) => void): void {
    const query = { text: preparation(this.#settings), query_timeout: this.#timeoutMs }
    // One that breaks meanwhile emits an error, for which nobody listens yet: it would end the process.
    const isTold = () => {}
    this.on('error', isTold)
    super.query(query, (error: Error | null) => {
      if (error) destroy(this)
      else this.off('error', isTold)
      done(error)
    })
  }
}

type CallBack = ((error: Error) => void) | ((error: null, client: pg.Client) => void)

function preparation(settings: SessionSettings): string {
  const now = Object.entries({ ...RELIED_ON, ...settings }).map(assignment)
  const newer = NEWER.flatMap(({ since, settings }) =>
    Object.entries(settings).map((entry) => `${whereIs(since)} then ${assignment(entry)} end`),
  )
  return `/* prepareConnection */ select ${[...now, ...newer, DURABLE, SEARCH_PATH].join(', ')}`
}

const assignment = ([name, value]: readonly [string, string | number]): string =>
  `set_config('${name}', ${pg.escapeLiteral(String(value))}, false)`

const whereIs = (version: number): string => `case when current_setting('server_version_num')::integer >= ${version}`

// A commit that a crash may lose would be a charge that nobody knows of. What is stricter than on is left as it is.
const DURABLE = `case current_setting('synchronous_commit') when 'off' then ${assignment(['synchronous_commit', 'on'])} end`

const SEARCH_PATH = `
  set_config(
    'search_path',
    (
      select concat_ws(', ', 'public', string_agg(distinct quote_ident(place.nspname), ', '))
      from pg_extension extension
      join pg_namespace place on place.oid = extension.extnamespace
      where extension.extname in (${EXTENSIONS.map((name) => pg.escapeLiteral(name)).join(', ')})
        and place.nspname not in ('public', 'pg_catalog')
    ),
    false
  )`

export type PoolOptions = pg.PoolConfig & Pick<DatabaseClientOptions, 'settings'>

/** A pool of such connections. */
export const poolOf = (options: PoolOptions): pg.Pool => new pg.Pool({ ...options, Client: DatabaseClient })
