import pg from 'pg'

/** Runs one statement on its own connection. */
export async function runStatement(connectionString: string, statement: string): Promise<void> {
  await rowsOf(connectionString, statement)
}

/** The same, and returns the rows. */
export async function rowsOf<Row extends object>(connectionString: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Returns the connection string of another database on the same server. */
export function urlOfDatabase(connectionString: string, database: string): string {
  const url = new URL(connectionString)
  url.pathname = `/${database}`
  return url.href
}
