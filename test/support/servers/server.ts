import pg from 'pg'

/** Runs one statement that belongs to no test's database, on a connection of its own. */
export async function runStatement(connectionString: string, statement: string): Promise<void> {
  await rowsOf(connectionString, statement)
}

/** The same, with the rows that it gives. */
export async function rowsOf<Row extends object>(connectionString: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

/** The address of another database on the same server. */
export function urlOfDatabase(connectionString: string, database: string): string {
  const url = new URL(connectionString)
  url.pathname = `/${database}`
  return url.href
}
