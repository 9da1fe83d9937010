/** A mutation for tests only: it records the order of the steps around a rule, whatever the outcome of the rule is. */

import { z } from 'zod'
import { asPublicId } from '../../../src/db/ids.ts'
import { NotFoundError, UnauthenticatedError, ValidationError } from '../../../src/domain/errors.ts'
import { idempotencyKey, line } from '../../../src/domain/inputSchemas.ts'
import { builder } from '../../../src/graphql/builder.ts'
import { mutation, result } from '../../../src/graphql/mutation.ts'

export const trace: string[] = []

const ProbeInput = builder.inputType('ProbeInput', {
  fields: (t) => ({
    idempotencyKey: t.field({ type: 'IdempotencyKey' }),
    slug: t.string({ required: true }),
    fate: t.string({ required: true }),
  }),
})

const ProbePayload = builder.objectRef<{ slug: string; replayed: boolean }>('ProbePayload').implement({
  fields: (t) => ({
    replayed: t.exposeBoolean('replayed'),
    categories: t.int({
      description: 'The number of categories with this slug, read on a connection of its own.',
      resolve: async ({ slug }, _args, { prisma }) => {
        const count = await prisma.category.count({ where: { slug } })
        trace.push(`child field sees ${count}`)
        return count
      },
    }),
  }),
})

mutation('probe', {
  description: 'Inserts a category, then succeeds, refuses or fails, as `fate` says.',
  input: ProbeInput,
  result: result('ProbeResult', ProbePayload, [UnauthenticatedError, ValidationError, NotFoundError]),
  inputSchema: z.object({ idempotencyKey, slug: line(50), fate: z.string() }),
  rule: async (tx, { slug, fate }) => {
    await tx.run`
      /* probeCategory */
      insert into categories (id, name, slug)
      values (gen_random_uuid(), ${slug}, ${slug})`
    trace.push('rule ran')
    tx.afterCommit(() => trace.push('committed'))
    if (fate === 'refuse') throw new NotFoundError(asPublicId('tsk_nothing'))
    if (fate === 'fail') await tx.run`/* probeFailure */ select 1 / 0`
    return { slug }
  },
})
