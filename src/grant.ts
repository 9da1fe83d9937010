/** `npm run grant -- EMAIL ROLE`: gives somebody who has signed up a role, beside a running server or without one. */
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
  if (!email || !word || rest.length > 0) throw new StartFailure('Say who and what: npm run grant -- EMAIL ROLE.')
  const role = ROLES.find((name) => name === word.toUpperCase())
  if (!role) throw new StartFailure(`There is no role ${word} to grant: it is ${ROLES.join(', ')}.`)
  return { email, role }
}

async function grant({ email, role }: { email: string; role: Grantable }, config: Config): Promise<string> {
  const log = await makeLog({ ...config, logLevel: 'fatal' }, { readable: false })
  const { connectionString, stop } = await joinDatabase(config, log)
  const database = new Database({ connectionString, connectionsMax: 1, onError: () => {} })
  try {
    const outcome = await withTransaction(database, (tx) => grantRole(tx, { email, role }))
    if (!outcome) throw new StartFailure(`Nobody has signed up as ${email}: sign up first, then grant.`)
    return outcome === 'had' ? `${email} had ${role} already.` : `${email} has ${role} now.`
  } finally {
    await database.close()
    await stop()
  }
}
