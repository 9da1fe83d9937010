import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { keeping } from '../../support/servers/storedFiles.ts'
import {
  files,
  formOf,
  type Part,
  sendForm,
  UPLOAD,
  type UploadAnswer,
  upload,
  uploadForm,
  zipOf,
} from '../../support/uploads.ts'

const KIBIBYTE = 1_024
const IMAGE_MAX = 50 * KIBIBYTE
const DOCUMENT_MAX = 100 * KIBIBYTE

let app: TestApp
let url: string
let anna: Person

beforeAll(async () => {
  app = await startApp({ uploadImageBytesMax: IMAGE_MAX, uploadDocumentBytesMax: DOCUMENT_MAX })
  url = await app.listen()
  anna = await person(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const signedIn = () => ({ authorization: `Bearer ${anna.accessToken}` })

async function refused(content: Buffer | string, refusal: object, input: object = {}): Promise<void> {
  const answer = await keeping(app, 'nothing', () => upload(url, anna, content, input))
  expect(answer).toMatchObject({ __typename: 'FileRejectedError', retryable: false, ...refusal })
}

describe('a file is accepted', () => {
  test.each([
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['gif', 'image/gif'],
    ['webp', 'image/webp'],
    ['pdf', 'application/pdf'],
    ['doc', 'application/msword'],
    ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['txt', 'text/plain'],
  ] as const)('as %s by its bytes, whatever the client declares', async (kind, contentType) => {
    const content = files[kind]()
    const answer = await upload(url, anna, content, { sha256: sha256(content) }, 'note.exe')
    expect(answer).toMatchObject({
      __typename: 'AttachmentPayload',
      replayed: false,
      attachment: {
        contentType,
        byteSize: String(content.length),
        sha256: sha256(content),
        status: 'AVAILABLE',
        filename: 'note.exe',
        uploadedBy: { id: anna.id },
      },
    })
    const response = await fetch(answer.attachment.url)
    expect(Buffer.from(await response.arrayBuffer())).toEqual(content)
  })

  test.each(['TASK', 'CHAT', 'EVIDENCE'])('for %s as an image and as a document', async (purpose) => {
    for (const content of [files.png(), files.pdf()]) {
      expect(await upload(url, anna, content, { purpose })).toMatchObject({ __typename: 'AttachmentPayload' })
    }
  })

  test('at exactly its limit, and refused with one byte more, with nothing stored', async () => {
    for (const [kind, limit] of [
      ['png', IMAGE_MAX],
      ['pdf', DOCUMENT_MAX],
    ] as const) {
      const taken = await upload(url, anna, files[kind](limit))
      expect(taken).toMatchObject({ attachment: { byteSize: String(limit) } })
      await refused(files[kind](limit + 1), { code: 'FILE_TOO_LARGE', limitBytes: String(limit) })
    }
    await refused(
      files.png(IMAGE_MAX + 1),
      { code: 'FILE_TOO_LARGE', limitBytes: String(IMAGE_MAX) },
      { purpose: 'AVATAR' },
    )
  })

  test('with a single byte that is a letter', async () => {
    expect(await upload(url, anna, 'a')).toMatchObject({ attachment: { contentType: 'text/plain', byteSize: '1' } })
  })

  test('as a text that starts like a binary format', async () => {
    expect(await upload(url, anna, 'BMW, MZ and ID3 are names. a < b')).toMatchObject({
      attachment: { contentType: 'text/plain' },
    })
  })

  test('if chunk boundaries split its characters', async () => {
    const content = Buffer.from('東京'.repeat(5_000))
    const form = uploadForm(content)
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < form.length; at += 997) controller.enqueue(form.subarray(at, at + 997))
        controller.close()
      },
    })
    const { body } = await sendForm(url, chunks, signedIn())
    expect(body.data?.uploadFile).toMatchObject({ attachment: { sha256: sha256(content) } })
  })
})

describe('a file is refused, and nothing is stored', () => {
  test('if it exceeds its limit, by declared length or by count', async () => {
    await refused(files.pdf(400 * KIBIBYTE), { code: 'FILE_TOO_LARGE', limitBytes: String(DOCUMENT_MAX) })
    const form = uploadForm(files.pdf(DOCUMENT_MAX + 1))
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(form)
        controller.close()
      },
    })
    const { body } = await keeping(app, 'nothing', () => sendForm(url, chunks, signedIn()))
    expect(body.data?.uploadFile).toMatchObject({ code: 'FILE_TOO_LARGE', limitBytes: String(DOCUMENT_MAX) })
  })

  test('if it is empty', () => refused('', { code: 'FILE_EMPTY' }))

  test('if its checksum is not the declared one', () =>
    refused(files.png(), { code: 'FILE_TRUNCATED' }, { sha256: 'a'.repeat(64) }))

  test('if it is a document for a purpose of pictures', () =>
    refused(
      files.pdf(),
      { code: 'FILE_TYPE_NOT_ALLOWED', detectedContentType: 'application/pdf' },
      { purpose: 'AVATAR' },
    ))

  test.each([
    ['a page', '<!DOCTYPE html><html><body>Hello</body></html>', 'text/html'],
    ['a page after white space and a byte order mark', '\ufeff \n<script>alert(1)</script>', 'text/html'],
    ['a text with a script in it', `Hello. <script src="x">`, null],
    ['an SVG with a script', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'image/svg+xml'],
    ['an SVG with an XML declaration', '<?xml version="1.0"?>\n<svg xmlns="x"></svg>', 'image/svg+xml'],
    ['a shell script', '#!/bin/sh\nrm -rf /\n', null],
    [
      'a program',
      Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200), Buffer.from('PE\0\0')]),
      'application/x-msdownload',
    ],
    ['a text with a control character', 'Hello\u0007', null],
    ['a text with a C1 control character', 'Hello\u0085', null],
    ['a text in Latin-1', Buffer.from('Gr\xfc\xdfe aus K\xf6ln', 'latin1'), null],
    ['a text that ends inside a character', Buffer.from('東京').subarray(0, 5), null],
    ['a zip archive', zipOf({ 'a.txt': 'a' }), null],
    ['a spreadsheet', zipOf({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<x/>' }), null],
    [
      'a document with macros',
      zipOf({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<x/>', 'word/vbaProject.bin': 'x' }),
      null,
    ],
    [
      'a compound file that is not a Word document',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(9_000)]),
      null,
    ],
    ['random bytes', randomBytes(5_000), null],
  ])('if it is %s', async (_name, content, detectedContentType) => {
    await refused(content, { code: 'FILE_TYPE_NOT_ALLOWED', ...(detectedContentType && { detectedContentType }) })
  })

  const archive = zipOf({ 'a.js': 'alert(1)' })
  test.each([
    ['an image and a page', Buffer.concat([files.gif(20), Buffer.from('/*<html><script>alert(1)</script>*/')])],
    ['an image with a page appended', Buffer.concat([files.jpeg(20_000), Buffer.from('<script >alert(1)</script>')])],
    ['an image and an archive', Buffer.concat([files.jpeg(20_000), archive])],
    ['a document and an archive', Buffer.concat([files.pdf(20_000), archive])],
    ['an image and a document', Buffer.concat([files.png(100), files.pdf(500)])],
    [
      'an archive appended to other data',
      Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(50), files.docx()]),
    ],
    ['a document and a page', Buffer.from('%PDF-1.7\n<html><script>alert(1)</script></html>')],
  ])('if it is a polyglot: %s', (_name, content) => refused(content, { code: 'FILE_TYPE_NOT_ALLOWED' }))

  test('if a control character is far from the start', () =>
    refused(`${'a line of text\n'.repeat(1_000)}\u0000`, { code: 'FILE_TYPE_NOT_ALLOWED' }))
})

describe('a filename is sanitized', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\\\Users\\\\anna\\\\cat.png', 'cat.png'],
    ['invoice\u202egnp.exe', 'invoicegnp.exe'],
    ['.hidden', 'hidden'],
    ['Ünïcödé 東京 👨‍👩‍👧.png', 'Ünïcödé 東京 👨‍👩‍👧.png'],
    ['..', 'file.png'],
    ['', 'file.png'],
    ['\u3164\u2800.png', 'file.png'],
    ['\u2800', 'file.png'],
    ['Cafe\u0301.png', 'Café.png'],
    ['blob', 'blob'],
    [`${'x'.repeat(5_000)}.png`, `${'x'.repeat(116)}.png`],
    ['<script>alert(1)</script>.png', 'script>.png'],
  ])('%j', async (sent, kept) => {
    const { attachment } = await upload(url, anna, files.png(), {}, sent)
    expect(attachment.filename).toBe(kept)
  })

  test('if its control characters are percent-encoded', async () => {
    const form = uploadForm(files.jpeg())
      .toString('latin1')
      .replace('filename="file"', "filename*=UTF-8''a%01b%0a%07.jpg")
    const { body } = await sendForm(url, Buffer.from(form, 'latin1'), signedIn())
    expect(body.data?.uploadFile).toMatchObject({ attachment: { filename: 'ab.jpg' } })
  })

  test('if the client sends none', async () => {
    const form = uploadForm(files.jpeg()).toString('latin1').replace('; filename="file"', '')
    const { body } = await sendForm(url, Buffer.from(form, 'latin1'), signedIn())
    expect(body.data?.uploadFile).toMatchObject({ attachment: { filename: 'file.jpg' } })
  })
})

describe('several files in one operation', () => {
  const MANY = /* GraphQL */ `
    mutation ($a: UploadFileInput!, $b: UploadFileInput!, $c: UploadFileInput!) {
      a: uploadFile(input: $a) { ...Answer }
      b: uploadFile(input: $b) { ...Answer }
      c: uploadFile(input: $c) { ...Answer }
    }
    fragment Answer on AttachmentResult {
      __typename
      ... on AttachmentPayload { attachment { id sha256 filename } }
      ... on Error { code }
    }
  `
  const input = { purpose: 'TASK', file: null }

  const send = (
    parts: Part[],
    map: object = { a: ['variables.a.file'], b: ['variables.b.file'], c: ['variables.c.file'] },
  ) =>
    sendForm(
      url,
      formOf([
        { name: 'operations', content: JSON.stringify({ query: MANY, variables: { a: input, b: input, c: input } }) },
        { name: 'map', content: JSON.stringify(map) },
        ...parts,
      ]),
      signedIn(),
    )

  test.each(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])('are accepted in the order %s', async (order) => {
    const contents = { a: files.png(40_000), b: files.pdf(90_000), c: files.txt(30_000) }
    const parts = [...order].map((name) => ({ name, filename: name, content: contents[name as 'a'] }))
    const { body } = await send(parts)
    for (const [name, content] of Object.entries(contents)) {
      expect(body.data?.[name]).toMatchObject({ attachment: { sha256: sha256(content), filename: name } })
    }
  })

  test('are accepted or refused independently', async () => {
    const parts = [
      { name: 'c', filename: 'c', content: files.png() },
      { name: 'b', filename: 'b', content: files.pdf(DOCUMENT_MAX + 1) },
      { name: 'a', filename: 'a', content: '<html>' },
    ]
    const { body } = await keeping(app, { files: 1 }, () => send(parts))
    expect(body.data).toMatchObject({
      a: { code: 'FILE_TYPE_NOT_ALLOWED' },
      b: { code: 'FILE_TOO_LARGE' },
      c: { __typename: 'AttachmentPayload' },
    })
  })

  test('get FILE_TRUNCATED if missing, and the others are stored', async () => {
    const { body } = await keeping(app, { files: 1 }, () => send([{ name: 'b', filename: 'b', content: files.png() }]))
    expect(body.data).toMatchObject({
      a: { code: 'FILE_TRUNCATED' },
      b: { __typename: 'AttachmentPayload' },
      c: { code: 'FILE_TRUNCATED' },
    })
  })

  test('keep the first part of a repeated name', async () => {
    const contents = { a: files.png(40_000), b: files.pdf(90_000), c: files.txt(30_000) }
    const [a, b, c] = Object.entries(contents).map(([name, content]) => ({ name, filename: name, content }))
    if (!a || !b || !c) throw new Error('There are three.')
    const { body } = await send([a, { ...a, content: files.pdf(90_000) }, b, { ...b, content: files.pdf(95_000) }, c])
    for (const [name, content] of Object.entries(contents)) {
      expect(body.data?.[name]).toMatchObject({ attachment: { sha256: sha256(content) } })
    }
  })

  test('cannot share one part', async () => {
    const map = { a: ['variables.a.file', 'variables.b.file'], c: ['variables.c.file'] }
    const { body } = await send(
      ['a', 'c'].map((name) => ({ name, filename: name, content: files.png() })),
      map,
    )
    expect(body.data).toMatchObject({
      a: { __typename: 'AttachmentPayload' },
      b: { __typename: 'ValidationError' },
      c: { __typename: 'AttachmentPayload' },
    })
  })
})

describe('an idempotency key', () => {
  const withKey = (content: Buffer, key: string, input: object = {}) =>
    upload(url, anna, content, { idempotencyKey: key, ...input })

  test('replays the first result for the same bytes, and stores them once', async () => {
    const content = files.png(30_000)
    const first = await withKey(content, 'once')
    const again = await keeping(app, 'nothing', () => withKey(content, 'once'))
    expect(again).toMatchObject({ replayed: true, attachment: { id: first.attachment.id } })
  })

  test('is refused for other bytes, however little they differ, and for another input', async () => {
    const content = files.png(30_000)
    await withKey(content, 'reused')
    const others = [
      files.png(30_000),
      content.subarray(0, -1),
      Buffer.from('<html>'),
      files.pdf(DOCUMENT_MAX + 1),
      Buffer.alloc(0),
    ]
    for (const other of others) {
      const answer = await keeping(app, 'nothing', () => withKey(other, 'reused'))
      expect(answer).toMatchObject({ __typename: 'IdempotencyKeyReusedError' })
    }
    expect(await withKey(content, 'reused', { purpose: 'CHAT' })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    })
  })

  test('of a refused file can be used again', async () => {
    expect(await withKey(Buffer.from('<html>'), 'free')).toMatchObject({ code: 'FILE_TYPE_NOT_ALLOWED' })
    expect(await withKey(files.png(), 'free')).toMatchObject({ __typename: 'AttachmentPayload', replayed: false })
  })

  test('of 20 concurrent uploads stores one file', async () => {
    const content = files.pdf(60_000)
    const answers = await keeping(app, { files: 1 }, () =>
      Promise.all(Array.from({ length: 20 }, () => withKey(content, 'race'))),
    )
    const ids = new Set(
      answers.filter(({ __typename }) => __typename === 'AttachmentPayload').map(({ attachment }) => attachment.id),
    )
    expect(ids.size).toBe(1)
    expect(answers.filter(({ replayed }) => replayed === false)).toHaveLength(1)
    for (const { __typename } of answers)
      expect(['AttachmentPayload', 'IdempotencyInProgressError']).toContain(__typename)
  })
})

describe('before a byte is read', () => {
  test('a caller who is not signed in is refused', async () => {
    const { body } = await keeping(app, 'nothing', () => sendForm(url, uploadForm(files.png()), {}))
    expect(body.data?.uploadFile).toMatchObject({ __typename: 'UnauthenticatedError' })
  })

  test('a cross-site form is refused, which a browser sends without a preflight', async () => {
    const response = await keeping(app, 'nothing', () =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: formOf([], 'x') as BodyInit,
      }),
    )
    expect(response.status).toBe(403)
    await response.text()
  })

  test('a value that is not a file is refused', async () => {
    const { errors } = await anna.send(UPLOAD, { input: { purpose: 'TASK', file: 'file.png' } })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  test('a malformed checksum is BAD_USER_INPUT', async () => {
    const { body } = await sendForm(url, uploadForm(files.png(), { sha256: 'ABC' }), signedIn())
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})

test('the 21st upload of a minute is refused with retryAfter, and nothing is stored; a replay does not count', async () => {
  const limited = await startApp({ rateLimits: true })
  try {
    const address = await limited.listen()
    const ben = await person(limited, 'Ben')
    const content = files.png()
    const first = await upload(address, ben, content, { idempotencyKey: 'first' })
    for (let count = 2; count <= 20; count++) {
      expect(await upload(address, ben, files.png())).toMatchObject({ __typename: 'AttachmentPayload' })
    }
    const refusal = await keeping(limited, 'nothing', () => upload(address, ben, files.png()))
    expect(refusal).toMatchObject({ __typename: 'RateLimitedError', retryable: true })
    const again: UploadAnswer = await upload(address, ben, content, { idempotencyKey: 'first' })
    expect(again).toMatchObject({ replayed: true, attachment: { id: first.attachment.id } })
    expect(await upload(address, await person(limited, 'Cleo'), content)).toMatchObject({
      __typename: 'AttachmentPayload',
    })
  } finally {
    await limited.stop()
  }
})
