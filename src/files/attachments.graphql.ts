/** The GraphQL type of attachments. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { AttachmentStatus, Prisma } from '../db/generated/client.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { visibleFiles } from '../visibility/fileVisibility.ts'

const AttachmentStatusEnum = builder.enumType('AttachmentStatus', {
  description: 'The availability of a file.',
  values: {
    AVAILABLE: { description: 'The file can be downloaded.' },
    QUARANTINED: { description: 'The file is withheld until it has been reviewed.' },
    REJECTED: { description: 'The file was reviewed and is not released.' },
    DELETED: { description: 'The file was deleted: it was never attached, or it was removed from its owner.' },
  } satisfies Record<AttachmentStatus, object>,
})

const KEY = { id: true, status: true } as const satisfies Prisma.AttachmentSelect

interface FileKey {
  id: string
  status: AttachmentStatus
}

/** The expiry of links of this request; null if the viewer gets no link to the file. */
async function linkEnd({ services, loaders }: Context, { id, status }: FileKey): Promise<Date | null> {
  const { isVisible, readAt } = loaders.files
  if (status !== 'AVAILABLE' || !(await isVisible.load(id))) return null
  return wholeSecond(readAt.getTime() + services.files.links.ttlMs)
}

// Links have whole seconds, rounded down, so urlExpiresAt is exactly the expiry of the link.
const wholeSecond = (timeMs: number): Date => new Date(Math.floor(timeMs / 1_000) * 1_000)

// Not a prismaNode: a file that is reached through a visible row is not read again with the conditions of `node(id)`.
export const AttachmentType = builder.prismaObject('Attachment', {
  description:
    'An uploaded file. It belongs to its uploader until it is attached, once, to a task, message, submission, dispute, chargeback or profile. It is deleted if it is not attached within 24 hours.',
  select: KEY,
  fields: (t) => ({
    filename: t.exposeString('filename', {
      description:
        'The name that the uploader chose, without path and control characters. For display only; do not trust it.',
    }),
    contentType: t.exposeString('contentType', {
      description: 'The media type, detected from its bytes, e.g. `image/png`.',
    }),
    byteSize: t.expose('byteSize', { type: 'BigInt', description: 'The size in bytes.' }),
    sha256: t.expose('sha256', { type: 'Sha256', description: 'The SHA-256 of its bytes.' }),
    status: t.expose('status', { type: AttachmentStatusEnum, description: 'The availability of the file.' }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'The download URL for this viewer, valid for some minutes and without an authorization header. Null if the viewer may not download the file or it is not AVAILABLE.',
      resolve: async (file, _args, context) => {
        const expiresAt = await linkEnd(context, file)
        const sessionId = context.caller?.sessionId ?? null
        return expiresAt && context.services.files.links.write({ fileId: file.id, sessionId, expiresAt })
      },
    }),
    urlExpiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The expiry of `url`; read the file again to get a new one. Null if `url` is null.',
      resolve: (file, _args, context) => linkEnd(context, file),
    }),
    uploadedBy: t.relation('uploadedBy', { description: 'The uploader.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'The time of the upload.' }),
  }),
})

builder.nodeRef(AttachmentType, {
  id: { description: 'The id, `att_...`.', resolve: ({ id }: FileKey) => id },
  loadWithoutCache: async (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'Attachment', select: KEY })
    const where = { AND: [{ id }, visibleFiles(context.caller)] }
    return context.prisma.attachment.findFirst({ select, where })
  },
})

/** The files of an owner, for the `select` of its field: those not deleted, in order. */
export const SHOWN_FILES = {
  where: { status: { not: 'DELETED' } },
  orderBy: { place: 'asc' },
  take: 20,
} as const satisfies Prisma.AttachmentFindManyArgs
