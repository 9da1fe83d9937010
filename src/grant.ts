/** `npm run grant -- EMAIL ROLE`: grants a role to an existing account; a server may be running or not. */
import { grantRole } from './accounts/administration/grantRole.ts'
import './api/observers.ts'
import { type Config, readConfig } from './config.ts'
import { Database } from './db/client.ts'
import { withTransaction } from './db/transaction.ts'
import { makeLog } from './http/log.ts'
import { joinDatabase } from './startDatabase.ts'
import { StartFailure, sentenceOf } from './startFailure.ts'

const ROLES = ['AGENT', 'FINANCE', 'ADMIN'] as const
type Grantable = (typeof ROLES)[number]

try {
  const request = read(process.argv.slice(2))
  process.stdout.write(`${await grant(request, readConfig())}\n`)
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`)
  process.exitCode = 1
}

function read([email, word, ...rest]: string[]): { email: string; role: Grantable } {
  if (!email || !word || rest.length > 0) throw new StartFailure('Usage: npm run grant -- EMAIL ROLE')
  const role = ROLES.find((name) => name === word.toUpperCase())
  if (!role) throw new StartFailure(`The role ${word} cannot be granted. Choose one of ${ROLES.join(', ')}.`)
  return { email, role }
}

async function grant({ email, role }: { email: string; role: Grantable }, config: Config): Promise<string> {
  const log = await makeLog({ ...config, logLevel: 'fatal' }, { readable: false })
  const { connectionString, stop } = await joinDatabase(config, log)
  const database = new Database({ connectionString, connectionsMax: 1, onError: () => {} })
  try {
    const outcome = await withTransaction(database, (tx) => grantRole(tx, { email, role }))
    if (!outcome) throw new StartFailure(`There is no account for ${email}. Sign up first, then grant the role.`)
    return outcome === 'had' ? `${email} already has the role ${role}.` : `${email} now has the role ${role}.`
  } finally {
    await database.close()
    await stop()
  }
}
