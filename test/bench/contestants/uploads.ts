/**
 * Three other servers for uploads on node:http, each a process: `floor` is busboy alone, which writes, hashes and syncs; `joined` is the
 * same, but joins the pieces in memory first; `yoga` is Yoga's own multipart.
 */
import { createHash, randomUUID } from 'node:crypto'
import { open, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import busboy from 'busboy'
import { createSchema, createYoga } from 'graphql-yoga'

const [, , way = '', port = '', folder = ''] = process.argv

type Take = (file: Readable) => Promise<unknown>

async function writeAsItComes(file: Readable): Promise<string> {
  const hash = createHash('sha256')
  const target = await open(join(folder, randomUUID()), 'wx')
  for await (const piece of file) {
    hash.update(piece)
    await target.write(piece)
  }
  await target.sync()
  await target.close()
  return hash.digest('hex')
}

async function joinAndWrite(file: Readable): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of file) pieces.push(piece)
  return writeWhole(Buffer.concat(pieces))
}

async function writeWhole(content: Uint8Array): Promise<string> {
  await writeFile(join(folder, randomUUID()), content, { flush: true })
  return createHash('sha256').update(content).digest('hex')
}

const byBusboy = (take: Take) => (request: IncomingMessage, response: ServerResponse) => {
  const taken: Promise<unknown>[] = []
  const parser = busboy({ headers: request.headers })
  parser.on('file', (_name, file) => taken.push(take(file)))
  parser.on(
    'finish',
    () =>
      void Promise.all(taken).then(() => response.end('{"data":{"uploadFile":{"__typename":"AttachmentPayload"}}}')),
  )
  request.pipe(parser)
}

const yoga = () =>
  createYoga({
    logging: false,
    maxRequestBodySize: false,
    schema: createSchema({
      typeDefs: /* GraphQL */ `
        scalar Upload
        enum Purpose { TASK }
        input UploadFileInput { file: Upload! purpose: Purpose! }
        type AttachmentPayload { sha256: String! }
        type Query { nothing: Int }
        type Mutation { uploadFile(input: UploadFileInput!): AttachmentPayload! }
      `,
      resolvers: {
        Mutation: {
          uploadFile: async (_root: unknown, { input }: { input: { file: Blob } }) => ({
            sha256: await writeWhole(new Uint8Array(await input.file.arrayBuffer())),
          }),
        },
      },
    }),
  })

const WAYS = { floor: () => byBusboy(writeAsItComes), joined: () => byBusboy(joinAndWrite), yoga }
const answer = WAYS[way as keyof typeof WAYS]() as (request: IncomingMessage, response: ServerResponse) => void
// A GET only checks that the server is up.
createServer((request, response) => (request.method === 'GET' ? response.end() : answer(request, response))).listen(
  Number(port),
  '127.0.0.1',
)
