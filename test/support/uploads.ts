/** Uploads: regular requests, and malformed ones as an attacker would send them. */
import { createHash } from 'node:crypto'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { crc32, deflateRawSync } from 'node:zlib'
import type { Person } from './people.ts'

export const UPLOAD = /* GraphQL */ `
  mutation ($input: UploadFileInput!) {
    uploadFile(input: $input) {
      __typename
      ... on AttachmentPayload {
        replayed
        attachment { id filename contentType byteSize sha256 status url urlExpiresAt uploadedBy { id } createdAt }
      }
      ... on Error { code message retryable }
      ... on FileRejectedError { limitBytes detectedContentType }
      ... on ValidationError { fields { path message } }
    }
  }
`

export interface UploadAnswer {
  __typename: string
  replayed: boolean
  attachment: {
    id: string
    filename: string
    contentType: string
    byteSize: string
    sha256: string
    status: string
    url: string
    urlExpiresAt: string
  }
  code: string
  limitBytes: string | null
  detectedContentType: string | null
  [field: string]: unknown
}

export interface Part {
  name: string
  /** Undefined for a part that is not a file. */
  filename?: string | undefined
  content: Buffer | string
  headers?: string[]
}

export const BOUNDARY = '----errand-test-boundary'
export const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`

/** Returns the bytes of a multipart body. */
export function formOf(parts: readonly Part[], boundary = BOUNDARY): Buffer {
  const pieces = parts.flatMap(({ name, filename, content, headers = [] }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`
    const head = [`--${boundary}`, `content-disposition: form-data; name="${name}"${file}`, ...headers, '', '']
    return [Buffer.from(head.join('\r\n')), Buffer.from(content), Buffer.from('\r\n')]
  })
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

/** Returns the body of one upload. */
export function uploadForm(content: Buffer | string, input: object = {}, filename = 'file'): Buffer {
  const variables = { input: { purpose: 'TASK', ...input, file: null } }
  return formOf([
    { name: 'operations', content: JSON.stringify({ query: UPLOAD, variables }) },
    { name: 'map', content: JSON.stringify({ file: ['variables.input.file'] }) },
    { name: 'file', filename, content, headers: ['content-type: application/octet-stream'] },
  ])
}

/** Sends a multipart body, and returns the status and the result. */
export async function sendForm(
  url: string,
  form: Buffer | ReadableStream<Uint8Array>,
  headers: Record<string, string>,
): Promise<{
  status: number
  body: { data?: Record<string, UploadAnswer>; errors?: { message: string; extensions: Record<string, unknown> }[] }
}> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': CONTENT_TYPE, 'x-errand-csrf': '1', ...headers },
    body: form as BodyInit,
    duplex: 'half',
  } as RequestInit)
  return { status: response.status, body: (await response.json()) as never }
}

/** Uploads as this person, and returns the payload or the refusal. */
export async function upload(
  url: string,
  person: Pick<Person, 'accessToken'>,
  content: Buffer | string,
  input: object = {},
  filename?: string,
): Promise<UploadAnswer> {
  const { body } = await sendForm(url, uploadForm(content, input, filename), {
    authorization: `Bearer ${person.accessToken}`,
  })
  const answer = body.data?.uploadFile
  if (!answer) throw new Error(`No answer: ${JSON.stringify(body.errors)}`)
  return answer
}

/** Opens a connection and sends the headers of an upload; the caller writes the body. */
export async function beginUpload(
  url: string,
  person: Pick<Person, 'accessToken'>,
  contentLength: number,
  connection: 'close' | 'keep-alive' = 'close',
): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.on('error', () => {}) // A reset is an end as well.
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  const head = [
    'POST /graphql HTTP/1.1',
    `host: ${hostname}:${(socket.address() as AddressInfo).port}`,
    `content-type: ${CONTENT_TYPE}`,
    `content-length: ${contentLength}`,
    'x-errand-csrf: 1',
    `connection: ${connection}`,
    `authorization: Bearer ${person.accessToken}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return socket
}

/** Returns the received text when the server closes the connection. */
export async function received(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (piece) => {
    text += piece
  })
  await new Promise<void>((resolve) => {
    socket.once('end', () => resolve())
    socket.once('close', () => resolve())
  })
  socket.destroy()
  return text
}

/** Returns the header of a PNG image of this size. */
export function pngHead(width: number, height: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d4948445200000000000000000806000000', 'hex')
  head.writeUInt32BE(width, 16)
  head.writeUInt32BE(height, 20)
  return head
}

/** Returns the header of a JPEG image. `between` goes between the first segment and the frame: other segments or garbage. */
export function jpegHead(width: number, height: number, between: Buffer = Buffer.alloc(0), frameMarker = 0xc0): Buffer {
  const frame = Buffer.from([0xff, frameMarker, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0])
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  return Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), between, frame])
}

/** Returns the header of a GIF image. By default the first image has the size of the screen. */
export function gifHead(screen: Size, image: Size = screen): Buffer {
  const head = Buffer.from('GIF89a\0\0\0\0\x80\0\0......!\xf9\x04\0\0\0\0\0,\0\0\0\0\0\0\0\0\0', 'latin1')
  head.writeUInt16LE(screen.width, 6)
  head.writeUInt16LE(screen.height, 8)
  head.writeUInt16LE(image.width, 32)
  head.writeUInt16LE(image.height, 34)
  return head
}

export function webpHead(kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): Buffer {
  const head = Buffer.concat([Buffer.from(`RIFF\xf4\x01\0\0WEBP${kind}\xe8\x01\0\0`, 'latin1'), Buffer.alloc(10)])
  if (kind === 'VP8 ') {
    head.write('0000009d012a', 20, 'hex')
    head.writeUInt16LE(width, 26)
    head.writeUInt16LE(height, 28)
  } else if (kind === 'VP8L') {
    head[20] = 0x2f
    head.writeUInt32LE(width - 1 + (height - 1) * 2 ** 14, 21)
  } else {
    head.writeUIntLE(width - 1, 24, 3)
    head.writeUIntLE(height - 1, 27, 3)
  }
  return head
}

interface Size {
  width: number
  height: number
}

/** Valid files of each type, of exactly `byteSize` bytes where possible. */
export const files = {
  png: (byteSize = 500) => filled(pngHead(1, 1), byteSize),
  jpeg: (byteSize = 500) => filled(jpegHead(1, 1), byteSize),
  gif: (byteSize = 500) => filled(gifHead({ width: 1, height: 1 }), byteSize),
  webp: (byteSize = 500) => filled(webpHead('VP8 ', 1, 1), byteSize),
  pdf: (byteSize = 500) => filled(Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'), byteSize),
  txt: (byteSize = 500) =>
    Buffer.from('Grüße, 東京. '.repeat(Math.ceil(byteSize / 10))).subarray(0, byteSize - (byteSize % 17)),
  doc: () =>
    Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(9_000, 1),
      Buffer.from('WordDocument', 'utf16le'),
      Buffer.alloc(700),
    ]),
  docx: () =>
    zipOf({
      '[Content_Types].xml': '<?xml version="1.0"?><Types/>',
      '_rels/.rels': '<Relationships/>',
      'word/document.xml': '<w:document/>',
    }),
}

let filledCount = 0

// The same bytes in each run, because random bytes sometimes contain the signature of another format.
function filled(head: Buffer, byteSize: number): Buffer {
  const outputLength = Math.max(0, byteSize - head.length)
  const fill = createHash('shake256', { outputLength }).update(`file ${filledCount++}`).digest()
  return Buffer.concat([head, fill])
}

/** Returns a ZIP archive with these entries. */
export function zipOf(entries: Record<string, string>): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(entries)) {
    const raw = Buffer.from(text)
    const packed = deflateRawSync(raw)
    const sizes = Buffer.alloc(12)
    sizes.writeUInt32LE(crc32(raw), 0)
    sizes.writeUInt32LE(packed.length, 4)
    sizes.writeUInt32LE(raw.length, 8)
    const lengths = Buffer.alloc(4)
    lengths.writeUInt16LE(Buffer.byteLength(name), 0)
    const common = Buffer.concat([Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]), sizes, lengths])
    const place = Buffer.alloc(4)
    place.writeUInt32LE(offset)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, Buffer.alloc(10), place, Buffer.from(name))
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed])
    locals.push(local)
    offset += local.length
  }
  const names = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(entries).length, 8)
  end.writeUInt16LE(Object.keys(entries).length, 10)
  end.writeUInt32LE(names.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, names, end])
}
