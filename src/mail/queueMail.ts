import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { enqueue } from '../jobs/enqueue.ts'
import type { MailKind, MailParameters } from './mailKinds.ts'
import { insertMail } from './mails.sql.ts'
import { seal } from './seal.ts'

interface Draft<Kind extends MailKind> {
  kind: Kind
  person: { id: string; locale: string }
  /** The address: not always the current one of the person. */
  to: string
  parameters: MailParameters[Kind]
  /** The token of the link, for kinds with a link, and the key that encrypts it until the mail is sent. */
  secret?: { token: string; authSecret: Uint8Array }
  at: Date
}

/** Adds a mail to the transaction of the change that it reports: it is sent if, and only if, the change commits. */
export async function queueMail<Kind extends MailKind>(tx: Tx, draft: Draft<Kind>): Promise<void> {
  const { kind, person, to, parameters, secret, at } = draft
  const id = newId()
  await insertMail(tx, {
    id,
    kind,
    userId: person.id,
    toAddress: to,
    locale: person.locale,
    parameters: JSON.stringify(parameters),
    sealedToken: secret ? seal(secret.token, secret.authSecret) : null,
    at,
  })
  await enqueue(tx, { task: 'deliverMail', id })
}
