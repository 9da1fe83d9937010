/** The upload of a file. */
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
import { mutationOutsideTransaction, payload, result } from '../graphql/mutation.ts'
import { AttachmentType } from './attachments.graphql.ts'
import { FileRejectedError } from './errors.ts'
import { uploadFileSchema } from './inputSchemas.ts'
import { uploadFile } from './uploadFile.ts'

const notAFile = () => new GraphQLError('An Upload must be a file part of a multipart request.')

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
    errorMessage: () => 'A SHA-256 must be 64 lower-case hexadecimal digits.',
  }),
  { description: 'A SHA-256 as 64 lower-case hexadecimal digits.' },
)

const FilePurposeEnum = builder.enumType('FilePurpose', {
  description: 'The purpose of a file. It decides which types are accepted and what the file can be attached to.',
  values: {
    TASK: { description: 'A task or a submission: images and documents.' },
    CHAT: { description: 'A message: images and documents.' },
    EVIDENCE: { description: 'A dispute, a chargeback or a submission: images and documents.' },
    AVATAR: { description: 'The picture of a person: images only.' },
  } satisfies Record<FilePurpose, object>,
})

errorType(FileRejectedError, {
  description:
    'The file was refused, and nothing of it was stored. Images are JPEG, PNG, GIF or WebP; documents are PDF, DOC, DOCX or plain text in UTF-8.',
  codes: {
    FILE_TOO_LARGE:
      'Send a smaller file. `limitBytes` is the maximum size; if it is null, the picture has too many pixels.',
    FILE_TYPE_NOT_ALLOWED: 'Send a file of another type. `detectedContentType` is the type of this one.',
    FILE_TRUNCATED: 'The file is incomplete or does not match the declared checksum. Send it again.',
    FILE_EMPTY: 'The file has no bytes. Send one with content.',
  },
  fields: (t) => ({
    limitBytes: t.expose('limitBytes', {
      type: 'BigInt',
      nullable: true,
      description: 'The maximum size of the file in bytes. Null if the size in bytes is not the reason.',
    }),
    detectedContentType: t.exposeString('detectedContentType', {
      nullable: true,
      description: 'The type detected from the bytes. Null if unknown.',
    }),
  }),
})

const AttachmentPayload = payload<{ attachmentId: string }>('AttachmentPayload', {
  description: 'The file was stored. Attach it within 24 hours.',
  fields: (t) => ({
    attachment: t.prismaField({
      type: AttachmentType,
      description: 'The file.',
      resolve: (query, { attachmentId }, _args, { prisma }) =>
        prisma.attachment.findUniqueOrThrow({ ...query, where: { id: attachmentId } }),
    }),
  }),
})

mutationOutsideTransaction('uploadFile', {
  description:
    'Uploads a file with a GraphQL multipart request. Several files in one operation may be sent in any order. A file of exactly the limit is accepted.',
  input: builder.inputType('UploadFileInput', {
    description: 'A file and its purpose.',
    fields: (t) => ({
      idempotencyKey: t.field({
        type: 'IdempotencyKey',
        description:
          'A file that is sent again under the same key is stored once. Other bytes under the key are refused.',
      }),
      file: t.field({ type: 'Upload', required: true, description: 'The file.' }),
      purpose: t.field({ type: FilePurposeEnum, required: true, description: 'The purpose.' }),
      sha256: t.field({ type: 'Sha256', description: 'The expected checksum, compared during the upload.' }),
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
  inputSchema: uploadFileSchema,
  allowsUnverified: true,
  budget: 'upload',
  rule: ({ idempotencyKey: key, ...input }, { caller, database, services }, { hash }) =>
    uploadFile({ database, files: services.files }, { ...input, callerId: caller.id, key, inputHash: hash }),
})
