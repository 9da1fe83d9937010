/**
 * Connections with the settings that our statements rely on. A role, a database or a server may have other defaults for the format of
 * values, isolation and time limits. The settings are made by a statement, not in the start-up packet, because poolers refuse or
 * ignore unknown parameters there.
 */
import pg from 'pg'
import { destroy } from './wire/pgInternals.ts'

/** Settings by their PostgreSQL names, in addition to those that every connection has. */
export type SessionSettings = Readonly<Record<string, string | number>>

export interface DatabaseClientOptions extends pg.ClientConfig {
  settings?: SessionSettings | undefined
}

const PREPARE_TIMEOUT_MS = 10_000

/** The settings of every connection. */
const SETTINGS: SessionSettings = {
  // Formats of values.
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: 1,
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  // Transactions. With a stricter isolation, concurrent applications for one task would make each other fail.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // Time limits: none but those that a connection sets itself.
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  // Policies, as on the tables of graphile-worker, filter rows instead of raising an error.
  row_security: 'on',
  // Searches find all matches, not a sample.
  gin_fuzzy_search_limit: 0,
  // Compilation takes longer than any of our statements.
  jit: 'off',
}

/** Settings that PostgreSQL has only since a version. */
const NEWER: readonly { since: number; settings: SessionSettings }[] = [
  { since: 140_000, settings: { idle_session_timeout: 0 } },
  { since: 170_000, settings: { transaction_timeout: 0 } },
]

/** The extensions that migrations create. An operator may have installed them in another schema, which the search path then includes. */
export const EXTENSIONS: readonly string[] = ['cube', 'pg_trgm']

/** A client that makes its settings before it counts as connected. */
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

  // A client whose settings fail is closed here, because the caller will not end it.
  #prepare(done: (error: Error | null) => void): void {
    const query = { text: preparation(this.#settings), query_timeout: this.#timeoutMs }
    // Until the caller has the client, no one listens for its errors, and an error without a listener ends the process.
    const ignore = () => {}
    this.on('error', ignore)
    super.query(query, (error: Error | null) => {
      if (error) destroy(this)
      else this.off('error', ignore)
      done(error)
    })
  }
}

type CallBack = ((error: Error) => void) | ((error: null, client: pg.Client) => void)

function preparation(settings: SessionSettings): string {
  const now = Object.entries({ ...SETTINGS, ...settings }).map(assignment)
  const newer = NEWER.flatMap(({ since, settings }) =>
    Object.entries(settings).map((entry) => `${whereIs(since)} then ${assignment(entry)} end`),
  )
  return `/* prepareConnection */ select ${[...now, ...newer, DURABLE, SEARCH_PATH].join(', ')}`
}

const assignment = ([name, value]: readonly [string, string | number]): string =>
  `set_config('${name}', ${pg.escapeLiteral(String(value))}, false)`

const whereIs = (version: number): string => `case when current_setting('server_version_num')::integer >= ${version}`

// A commit that is lost in a crash could be a charge without a record. Stricter settings than on are kept.
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

/** A pool of connections with these settings. */
export const poolOf = (options: PoolOptions): pg.Pool => new pg.Pool({ ...options, Client: DatabaseClient })
