/** The mails of a server without a mail server, as part of the sandbox. */
import { hasRole } from '../domain/caller.ts'
import { builder, PAGE_SIZE, PAGE_SIZE_MAX } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { readPage } from '../graphql/pagination.ts'
import { readUnsentMails, type UnsentMail } from '../mail/unsentMails.ts'
import { SandboxType } from '../payments/sandbox/sandbox.graphql.ts'
import { isDemoPerson } from './demoPeople.ts'

const SandboxMailType = builder.objectRef<UnsentMail>('SandboxMail').implement({
  description: 'A mail that was not sent anywhere, because the server has no mail server.',
  fields: (t) => ({
    id: t.field({
      type: 'ID',
      description: 'The id. It cannot be read with `node`.',
      resolve: ({ id }) => id,
    }),
    to: t.expose('to', { type: 'EmailAddress', description: 'The address of the recipient.' }),
    subject: t.exposeString('subject', { description: 'The subject.' }),
    text: t.exposeString('text', { description: 'The body as plain text.' }),
    html: t.exposeString('html', { description: 'The same body as HTML.' }),
    sentAt: t.expose('sentAt', { type: 'DateTime', description: 'When it would have been sent.' }),
  }),
})

builder.objectField(SandboxType, 'mails', (t) =>
  t.field({
    type: [SandboxMailType],
    nullable: true,
    description:
      'The mails that would have been sent, newest first. For administrators and people of the demo world; null to everybody else, and on a server that sends mails.',
    args: {
      to: t.arg({ type: 'EmailAddress', description: 'Only mails to this address.' }),
      first: t.arg.int({ description: `The number of mails, at most ${PAGE_SIZE_MAX}; ${PAGE_SIZE} by default.` }),
    },
    resolve: async (_sandbox, { to, first }, context) => {
      const { limit } = readPage({ first }, NO_CURSOR)
      if (!(await maySeeMails(context))) return null
      return readUnsentMails(context.database, context.services.mails, { to: to?.toLowerCase() ?? null, limit })
    },
  }),
)

const NO_CURSOR = { write: () => '', read: () => undefined }

async function maySeeMails({ caller, database, services }: Context): Promise<boolean> {
  if (!caller || services.mails.transport) return false
  return hasRole(caller, 'ADMIN') || isDemoPerson(database, { userId: caller.id })
}
