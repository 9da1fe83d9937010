/** Files as clients read them. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { AttachmentStatus, Prisma } from '../db/generated/client.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { visibleFiles } from '../visibility/fileVisibility.ts'

const AttachmentStatusEnum = builder.enumType('AttachmentStatus', {
  description: 'Whether a file can be had.',
  values: {
    AVAILABLE: { description: 'It can be downloaded.' },
    QUARANTINED: { description: 'It is held back until it has been looked at.' },
    REJECTED: { description: 'It was looked at and is not given out.' },
    DELETED: { description: 'Its bytes are gone: it was never attached to anything, or was taken away again.' },
  } satisfies Record<AttachmentStatus, object>,
})

const KEY = { id: true, status: true } as const satisfies Prisma.AttachmentSelect

interface FileKey {
  id: string
  status: AttachmentStatus
}

/** When a link of this request ends; null where the viewer gets none. */
async function linkEnd({ services, loaders }: Context, { id, status }: FileKey): Promise<Date | null> {
  const { isVisible, readAt } = loaders.files
  if (status !== 'AVAILABLE' || !(await isVisible.load(id))) return null
  return wholeSecond(readAt.getTime() + services.files.links.ttlMs)
}

// What the link says, which is no later than what it promises.
const wholeSecond = (timeMs: number): Date => new Date(Math.floor(timeMs / 1_000) * 1_000)

// Not a prismaNode: what is reached through something of one's own is not looked up again by the visibility of `node(id)`.
export const AttachmentType = builder.prismaObject('Attachment', {
  description:
    'A file. It belongs to whoever uploaded it until it is attached, once, to a task, a message, a submission or a profile; one that is not attached within 24 hours is deleted.',
  select: KEY,
  fields: (t) => ({
    filename: t.exposeString('filename', {
      description: 'What its uploader called it, without path and control characters. To be shown, not to be trusted.',
    }),
    contentType: t.exposeString('contentType', { description: 'What it is, found in its bytes, e.g. `image/png`.' }),
    byteSize: t.expose('byteSize', { type: 'BigInt', description: 'How many bytes it has.' }),
    sha256: t.expose('sha256', { type: 'Sha256', description: 'The SHA-256 of its bytes.' }),
    status: t.expose('status', { type: AttachmentStatusEnum, description: 'Whether it can be had.' }),
    url: t.field({
      type: 'URL',
      nullable: true,
      description:
        'Where the viewer can download it, for some minutes and without a header. Null where they may not, or it cannot be had.',
      resolve: async (file, _args, context) => {
        const expiresAt = await linkEnd(context, file)
        const sessionId = context.caller?.sessionId ?? null
        return expiresAt && context.services.files.links.write({ fileId: file.id, sessionId, expiresAt })
      },
    }),
    urlExpiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When `url` ends. Ask for the file again to get another.',
      resolve: (file, _args, context) => linkEnd(context, file),
    }),
    uploadedBy: t.relation('uploadedBy', { description: 'Who uploaded it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was uploaded.' }),
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

/** What is shown of the files of something, for the `select` of its field: those that are there, in their order. */
export const SHOWN_FILES = {
  where: { status: { not: 'DELETED' } },
  orderBy: { place: 'asc' },
  take: 20,
} as const satisfies Prisma.AttachmentFindManyArgs
