/** Privileges that the database user lacks although every migration is applied: often one user creates the tables and another uses them. */
import type { DatabaseClient } from './databaseClient.ts'
import { dataModel } from './generated/datamodel.ts'
import { UnfitDatabaseError } from './unfitDatabaseError.ts'

// The server never inserts into these.
const FILLED_BY_MIGRATIONS = ['categories']

/** Refuses a user who cannot select from all tables, or insert into those that the server writes. */
export async function refuseMissingRights(client: DatabaseClient): Promise<void> {
  const tables = Object.values(dataModel.models).map(({ table }) => table)
  const { rows } = await client.query<{ username: string; name: string }>({
    text: `
      /* readMissingRights */
      select current_user as username, format('%I.%I', place.nspname, relation.relname) as name
      from pg_class relation
      join pg_namespace place on place.oid = relation.relnamespace
      where relation.relkind in ('r', 'p')
        and (place.nspname in ('sandbox', 'graphile_worker') or place.nspname = 'public' and relation.relname = any($1))
        and not (
          has_schema_privilege(place.oid, 'usage')
          and has_table_privilege(relation.oid, 'select')
          and (relation.relname = any($2) or place.nspname <> 'public' or has_table_privilege(relation.oid, 'insert'))
        )
      order by name`,
    values: [tables, FILLED_BY_MIGRATIONS],
  })
  const [first] = rows
  if (!first) return
  const named = rows.map(({ name }) => name)
  throw new UnfitDatabaseError(
    `The database user ${first.username} lacks rights to ${listOf(named)}: let the owner of the tables grant it usage on the schemas public, sandbox and graphile_worker, and select, insert, update and delete on all tables in them.`,
  )
}

const NAMED_MAX = 3

function listOf(names: readonly string[]): string {
  const rest = names.length - NAMED_MAX
  return `${names.slice(0, NAMED_MAX).join(', ')}${rest > 0 ? ` and ${rest} more tables` : ''}`
}
