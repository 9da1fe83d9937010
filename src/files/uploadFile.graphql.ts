/** Sending a file. */
import { GraphQLError, GraphQLScalarType } from 'graphql'
import { RegularExpression } from 'graphql-scalars'
import type { FilePurpose } from '../db/generated/enums.ts'
import {
  ForbiddenError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  RateLimitedError,
  UnauthenticatedError,
  ValidationError,
} from '../domain/errors.ts'
import { IncomingFile } from '../domain/incomingFile.ts'
import { builder } from '../graphql/builder.ts'
import { errorType } from '../graphql/errors.ts'
import { mutationOutsideTransaction, result } from '../graphql/mutation.ts'
import { AttachmentType } from './attachments.graphql.ts'
import { FileRejectedError } from './errors.ts'
import { uploadFileSchema } from './inputSchemas.ts'
import { uploadFile } from './uploadFile.ts'

const notAFile = () => new GraphQLError('This is not a file part of a multipart request.')

builder.addScalarType(
  'Upload',
  new GraphQLScalarType<IncomingFile, never>({
    name: 'Upload',
    serialize() {
      throw notAFile()
    },
    parseValue(value) {
      if (value instanceof IncomingFile) return value
      throw notAFile()
    },
    parseLiteral() {
      throw notAFile()
    },
  }),
  {
    description:
      'A file part of a GraphQL multipart request (https://github.com/jaydenseric/graphql-multipart-request-spec): null in `operations`, named in `map`, and sent after both.',
  },
)

builder.addScalarType(
  'Sha256',
  new RegularExpression('Sha256', /^[0-9a-f]{64}$/, {
    errorMessage: () => 'This is not a SHA-256 in lower-case hexadecimal.',
  }),
  { description: 'A SHA-256 in lower-case hexadecimal, 64 digits.' },
)

const FilePurposeEnum = builder.enumType('FilePurpose', {
  description: 'What a file is for. It says which files are taken, and what they can be attached to.',
  values: {
    TASK: { description: 'A task, or the work that is handed in for it: images and documents.' },
    CHAT: { description: 'A message: images and documents.' },
    EVIDENCE: { description: 'A dispute, or the work that is handed in: images and documents.' },
    AVATAR: { description: 'The picture of a person: images only.' },
  } satisfies Record<FilePurpose, object>,
})

errorType(FileRejectedError, {
  description:
    'The file is not taken, and nothing of it is kept. Images are jpeg, png, gif or webp; documents are pdf, doc, docx or plain text in UTF-8.',
  codes: {
    FILE_TOO_LARGE:
      'Send a smaller one; `limitBytes` says how large it may be. Where that is null, a picture has too many pixels.',
    FILE_TYPE_NOT_ALLOWED: 'Send another kind; `detectedContentType` says what the bytes look like.',
    FILE_TRUNCATED: 'Not all of it came, or not what was declared. Send it again.',
    FILE_EMPTY: 'There are no bytes in it.',
  },
  fields: (t) => ({
    limitBytes: t.expose('limitBytes', {
      type: 'BigInt',
      nullable: true,
      description: 'The most bytes that such a file may have. Null where that is not what is wrong.',
    }),
    detectedContentType: t.exposeString('detectedContentType', {
      nullable: true,
      description: 'What the bytes look like. Null where that is not known.',
    }),
  }),
})

const AttachmentPayload = builder
  .objectRef<{ attachmentId: string; replayed: boolean }>('AttachmentPayload')
  .implement({
    description: 'The file is there. Attach it within 24 hours.',
    fields: (t) => ({
      attachment: t.prismaField({
        type: AttachmentType,
        description: 'The file.',
        resolve: (query, { attachmentId }, _args, { prisma }) =>
          prisma.attachment.findUniqueOrThrow({ ...query, where: { id: attachmentId } }),
      }),
      replayed: t.exposeBoolean('replayed', {
        description: 'Whether an earlier answer to the same request, under the same key, was given again.',
      }),
    }),
  })

mutationOutsideTransaction('uploadFile', {
  description:
    'Takes a file, by a GraphQL multipart request. Exactly the limit is taken, one byte more is not. Several in one operation are taken in any order.',
  input: builder.inputType('UploadFileInput', {
    description: 'The file, and what it is for.',
    fields: (t) => ({
      idempotencyKey: t.field({
        type: 'IdempotencyKey',
        description: 'With it the same file can be sent again: it is kept once. Other bytes under it are refused.',
      }),
      file: t.field({ type: 'Upload', required: true, description: 'The file.' }),
      purpose: t.field({ type: FilePurposeEnum, required: true, description: 'What it is for.' }),
      sha256: t.field({ type: 'Sha256', description: 'What its checksum must be; compared as it arrives.' }),
    }),
  }),
  result: result('AttachmentResult', AttachmentPayload, [
    UnauthenticatedError,
    ValidationError,
    ForbiddenError,
    FileRejectedError,
    IdempotencyKeyReusedError,
    IdempotencyInProgressError,
    RateLimitedError,
  ]),
  form: uploadFileSchema,
  budget: 'upload',
  rule: ({ idempotencyKey: key, ...form }, { caller, database, services }, { hash }) =>
    uploadFile({ database, files: services.files }, { ...form, callerId: caller.id, key, inputHash: hash }),
})
