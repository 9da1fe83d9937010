/**
 * The contents of a small database: saved, restored, and compared. All tables count, so no effect of a request is overlooked. New ids
 * and times differ from run to run; they are replaced by what they have in common.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { parsePublicId } from '../../support/publicIds.ts'

type Row = Record<string, unknown>

interface Table {
  /** With its schema. */
  name: string
  /** The columns that can be written. */
  columns: string[]
  /** The columns with numbers of sequences, which also grow without a commit, and copies of them. */
  numbered: string[]
}

/** The rows that a run has added or changed, and the number of rows that it removed or changed, by table. */
export interface Changes {
  added: Map<string, Row[]>
  removed: Map<string, number>
}

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g
const PUBLIC_ID = /\b[a-z]{3}_[0-9A-Za-z]{10,}\b/g
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?/g
const MINUTE_MS = 60_000

/** The tables that never change: what migrations note. */
const FIXED = ['public._prisma_migrations', 'graphile_worker.migrations', 'public.status_transitions']

export class Contents {
  readonly client: pg.Client
  readonly #tables: readonly Table[]
  /** The rows as saved, as text, by table. */
  #saved = new Map<string, Set<string>>()
  #savedName = ''
  /** The ids and times in the saved rows. */
  #known = new Set<string>()
  /** The tables that differ from what was saved. */
  #changed = new Set<string>()
  #restoredAt = 0

  private constructor(client: pg.Client, tables: readonly Table[]) {
    this.client = client
    this.#tables = tables
  }

  /** Connects as a superuser, because restoring bypasses triggers. */
  static async connect(connectionString: string): Promise<Contents> {
    const client = new pg.Client({ connectionString })
    await client.connect()
    await client.query(`set timezone to 'UTC'`)
    return new Contents(client, await tablesOf(client))
  }

  async close(): Promise<void> {
    await this.client.end()
  }

  /** Saves all rows under a name, to be restored until others are saved or chosen. */
  async save(name: string): Promise<void> {
    const copies = this.#tables.map((table) => `create table ${copyOf(name, table)} as table ${table.name};`)
    await this.client.query(`drop schema if exists ${name} cascade; create schema ${name}; ${copies.join('\n')}`)
    await this.#note(name)
  }

  /** Restores all rows that were saved under this name. */
  async choose(name: string): Promise<void> {
    await this.#rewrite(name, this.#tables)
    await this.#note(name)
  }

  /** Restores the tables that have changed since. */
  async restore(): Promise<void> {
    const changed = this.#tables.filter((table) => this.#changed.has(table.name))
    await this.#rewrite(this.#savedName, changed)
    this.#restoredAt = Date.now()
  }

  /** Reads what has changed since the rows were restored. */
  async changes(): Promise<Changes> {
    const added = new Map<string, Row[]>()
    const removed = new Map<string, number>()
    for (const [table, texts] of await this.#read()) {
      const before = this.#saved.get(table) ?? new Set()
      const news = texts.filter((text) => !before.has(text))
      const removedCount = before.size - (texts.length - news.length)
      if (news.length === 0 && removedCount === 0) continue
      this.#changed.add(table)
      added.set(
        table,
        news.map((text) => JSON.parse(text) as Row),
      )
      removed.set(table, removedCount)
    }
    return { added, removed }
  }

  /** The changes as text, in which new ids, times and numbers are replaced. */
  textOf({ added, removed }: Changes): string {
    const labels = this.#labelsOf(added)
    const lines: string[] = []
    for (const [table, rows] of added) {
      const numbered = this.#tables.find(({ name }) => name === table)?.numbered ?? []
      const ranked = rows.map((row) => {
        const ranks = numbered.map((column) => [column, rankOf(row, rows, column)] as const)
        return this.general(JSON.stringify({ ...row, ...Object.fromEntries(ranks) }, sortLists), labels)
      })
      lines.push(...ranked.sort().map((text) => `${table} ${text}`), `${table} less ${removed.get(table) ?? 0}`)
    }
    return lines.sort().join('\n')
  }

  /** Replaces new ids and times in a text. Times become minutes from the start of the run. */
  general(text: string, labels: ReadonlyMap<string, string> = new Map()): string {
    const isKnown = (part: string) => this.#known.has(part)
    return text
      .replace(UUID, (id) => (isKnown(id) ? id : (labels.get(id) ?? 'new')))
      .replace(PUBLIC_ID, (id) => {
        const uuid = parsePublicId(id)?.uuid
        if (uuid === undefined || isKnown(uuid)) return id
        return `${id.slice(0, 3)}_${labels.get(uuid) ?? 'new'}`
      })
      .replace(TIME, (time) => {
        if (isKnown(withoutZone(time))) return time
        return `${Math.round((Date.parse(withZone(time)) - this.#restoredAt) / MINUTE_MS)} min`
      })
  }

  /** Names new rows after their table and their rank among its other new rows. */
  #labelsOf(added: Changes['added']): Map<string, string> {
    const labels = new Map<string, string>()
    for (const [table, rows] of added) {
      const named = rows
        .filter(({ id }) => typeof id === 'string' && !this.#known.has(id))
        .map((row) => ({ id: String(row.id), text: this.general(JSON.stringify(row)) }))
        .sort((one, other) => compare(one.text, other.text) || compare(one.id, other.id))
      for (const [index, { id }] of named.entries()) labels.set(id, `${table.split('.')[1]}${index + 1}`)
    }
    return labels
  }

  async #note(name: string): Promise<void> {
    const rows = await this.#read()
    this.#saved = new Map([...rows].map(([table, texts]) => [table, new Set(texts)]))
    const text = [...rows.values()].flat().join('\n')
    this.#known = new Set([...(text.match(UUID) ?? []), ...(text.match(TIME) ?? []).map(withoutZone)])
    this.#savedName = name
    this.#changed.clear()
    this.#restoredAt = Date.now()
  }

  async #read(): Promise<Map<string, string[]>> {
    const text = this.#tables
      .map(({ name }) => `select '${name}' as name, to_jsonb(row)::text as text from ${name} row`)
      .join(' union all ')
    const key = createHash('sha256').update(text).digest('hex').slice(0, 20)
    const { rows } = await this.client.query<{ name: string; text: string }>({ name: key, text })
    const texts = new Map<string, string[]>(this.#tables.map(({ name }) => [name, []]))
    for (const row of rows) texts.get(row.name)?.push(row.text)
    return texts
  }

  /** Without triggers and foreign keys: what was saved is consistent, and append-only tables refuse to be emptied. */
  async #rewrite(name: string, tables: readonly Table[]): Promise<void> {
    if (tables.length === 0) return
    const steps = tables.map((table) => {
      const columns = table.columns.join(', ')
      return `delete from ${table.name};
        insert into ${table.name} (${columns}) overriding system value select ${columns} from ${copyOf(name, table)};`
    })
    await this.client.query(`begin; set local session_replication_role = replica; ${steps.join('\n')} commit`)
  }
}

const copyOf = (name: string, { name: table }: Table): string => `${name}."${table}"`

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other))

/** Lists of ids are sets: recipients of an event, for example. */
const sortLists = (_column: string, value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value)

const withoutZone = (time: string): string => time.replace(/(?:Z|\+00:00)$/, '')

const withZone = (time: string): string => (/(?:Z|\+00:00)$/.test(time) ? time : `${time}Z`)

const rankOf = (row: Row, rows: readonly Row[], column: string): number | null =>
  row[column] === null ? null : rows.filter((other) => Number(other[column]) < Number(row[column])).length + 1

async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select
      c.table_schema || '.' || c.table_name as name,
      array_agg('"' || c.column_name || '"' order by c.ordinal_position) filter (where c.is_generated = 'NEVER') as columns,
      coalesce(
        array_agg(c.column_name::text) filter (where c.is_identity = 'YES' or c.column_default like 'nextval%' or c.column_name ~ '(^|_)sequence$'), '{}'
      ) as numbered
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where t.table_type = 'BASE TABLE'
      and c.table_schema in ('public', 'sandbox', 'graphile_worker')
      and c.table_schema || '.' || c.table_name <> all($1)
    group by 1
    order by 1`,
    [FIXED],
  )
  return rows
}
