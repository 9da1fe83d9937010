/** Malformed multipart requests: each gets an error, nothing is stored, and the server keeps running. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from '../../support/people.ts'
import { startApp, startAppOn, type TestApp } from '../../support/servers/app.ts'
import { keeping } from '../../support/servers/storedFiles.ts'
import {
  BOUNDARY,
  beginUpload,
  CONTENT_TYPE,
  files,
  formOf,
  type Part,
  received,
  sendForm,
  UPLOAD,
  upload,
  uploadForm,
} from '../../support/uploads.ts'

let app: TestApp
let url: string
let anna: Person

beforeAll(async () => {
  app = await startApp({ uploadSilenceMs: 500 })
  url = await app.listen()
  anna = await person(app, 'Anna')
})
afterAll(async () => {
  expect(await upload(url, anna, files.png())).toMatchObject({ __typename: 'AttachmentPayload' })
  await app.stop()
})

const signedIn = () => ({ authorization: `Bearer ${anna.accessToken}` })
const operations = {
  name: 'operations',
  content: JSON.stringify({ query: UPLOAD, variables: { input: { purpose: 'TASK', file: null } } }),
}
const map = { name: 'map', content: JSON.stringify({ file: ['variables.input.file'] }) }
const file = { name: 'file', filename: 'a.png', content: files.png() }
const mapOf = (value: unknown): Part => ({ name: 'map', content: JSON.stringify(value) })

describe('a request is answered with 400', () => {
  test.each<[string, Part[]]>([
    ['without operations', [map, file]],
    ['with the file first', [file, operations, map]],
    ['with the map before the operations', [map, operations, file]],
    ['without a map', [operations, file]],
    ['with nothing at all', []],
    ['with operations that are not JSON', [{ name: 'operations', content: '{' }, map, file]],
    ['with a list of operations', [{ name: 'operations', content: '[]' }, map, file]],
    ['with a map that is not JSON', [operations, { name: 'map', content: 'x' }, file]],
    ['with a map that is a list', [operations, mapOf([]), file]],
    ['with an entry that is not a list', [operations, mapOf({ file: 'variables.input.file' }), file]],
    ['with an entry without a path', [operations, mapOf({ file: [] }), file]],
    ['with an entry of a number', [operations, mapOf({ file: [1] }), file]],
    ['with a path outside the variables', [operations, mapOf({ file: ['query'] }), file]],
    ['with a path that does not exist', [operations, mapOf({ file: ['variables.input.other'] }), file]],
    ['with a path to a value that is not null', [operations, mapOf({ file: ['variables.input.purpose'] }), file]],
    [
      'with two entries for one path',
      [operations, mapOf({ file: ['variables.input.file'], other: ['variables.input.file'] }), file],
    ],
    ['with a path to a prototype', [operations, mapOf({ file: ['variables.__proto__.polluted'] }), file]],
    [
      'with a path to a method that all objects share',
      [operations, mapOf({ file: ['variables.toString.call'] }), file],
    ],
    ['with a path into a string', [operations, mapOf({ file: ['variables.input.purpose.0'] }), file]],
  ])('%s', async (_name, parts) => {
    const { status, body } = await keeping(app, 'nothing', () => sendForm(url, formOf(parts), signedIn()))
    expect(status).toBe(400)
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_REQUEST', retryable: false })
  })

  test.each([
    ['without a boundary', 'multipart/form-data'],
    ['with another boundary', 'multipart/form-data; boundary=another'],
    ['with an empty boundary', 'multipart/form-data; boundary='],
  ])('%s', async (_name, contentType) => {
    const { status } = await keeping(app, 'nothing', () =>
      sendForm(url, formOf([operations, map, file]), { ...signedIn(), 'content-type': contentType }),
    )
    expect([400, 415]).toContain(status)
  })

  test('with operations that exceed the body limit', async () => {
    const long = { name: 'operations', content: JSON.stringify({ query: UPLOAD, padding: 'x'.repeat(1_100_000) }) }
    const { status } = await keeping(app, 'nothing', () => sendForm(url, formOf([long, map, file]), signedIn()))
    expect([400, 413]).toContain(status)
  })
})

test('50 files in one request are too many', async () => {
  const names = Array.from({ length: 50 }, (_, index) => String(index))
  const many = {
    name: 'operations',
    content: JSON.stringify({
      query: 'query ($files: [Upload]) { __typename }',
      variables: { files: names.map(() => null) },
    }),
  }
  const places = mapOf(Object.fromEntries(names.map((name) => [name, [`variables.files.${name}`]])))
  const parts = names.map((name) => ({ name, filename: name, content: files.png() }))
  const { status } = await keeping(app, 'nothing', () => sendForm(url, formOf([many, places, ...parts]), signedIn()))
  expect(status).toBe(413)
})

test('parts that the map does not name are skipped', async () => {
  const stranger = { name: 'stranger', filename: 'x', content: files.pdf(300_000) }
  const { body } = await keeping(app, { files: 1 }, () =>
    sendForm(url, formOf([operations, map, stranger, file, { name: 'note', content: 'x' }, stranger]), signedIn()),
  )
  expect(body.data?.uploadFile).toMatchObject({ __typename: 'AttachmentPayload' })
})

test('the content type is case-insensitive', async () => {
  const contentType = CONTENT_TYPE.replace('multipart/form-data;', 'Multipart/Form-Data ;')
  const { body } = await sendForm(url, uploadForm(file.content), { ...signedIn(), 'content-type': contentType })
  expect(body.data?.uploadFile).toMatchObject({ __typename: 'AttachmentPayload' })
})

describe('a file without a name', () => {
  const empty = { ...file, filename: '', headers: ['Content-Type: image/png'] }

  test.each([
    ['of a known type', ['Content-Type: image/png']],
    ['of an unknown type', ['Content-Type: application/octet-stream']],
    ['of no type', []],
  ])('is accepted and named by its type: %s', async (_how, headers) => {
    const { body } = await keeping(app, { files: 1 }, () =>
      sendForm(url, formOf([operations, map, { ...empty, headers }]), signedIn()),
    )
    expect(body.data?.uploadFile).toMatchObject({ attachment: { filename: 'file.png', byteSize: '500' } })
  })

  test('is accepted in any split of chunks', async () => {
    const form = formOf([operations, map, empty])
    const at = form.indexOf('filename=""')
    for (let cut = at - 1; cut <= at + 12; cut++) {
      const socket = await beginUpload(url, anna, form.length)
      socket.setNoDelay(true)
      socket.write(form.subarray(0, cut))
      // The server has read the first chunk once it has answered a later request.
      await sendForm(url, uploadForm(files.png()), signedIn())
      socket.write(form.subarray(cut))
      expect(await received(socket)).toContain('"filename":"file.png"')
    }
  })

  test('that is empty, as a form sends if no file was chosen, is refused with FILE_EMPTY', async () => {
    for (const headers of [empty.headers, ['Content-Type: application/octet-stream'], []]) {
      const form = formOf([operations, map, { ...empty, content: '', headers }])
      const { body } = await keeping(app, 'nothing', () => sendForm(url, form, signedIn()))
      expect(body.data?.uploadFile).toMatchObject({ __typename: 'FileRejectedError', code: 'FILE_EMPTY' })
    }
  })

  test('is not detected inside the content of a file', async () => {
    const content = 'See:\r\n--boundary\r\nContent-Disposition: form-data; name="x"; filename=""\r\n\r\nfilename=""\n'
    const { body } = await sendForm(url, uploadForm(content, {}, 'capture.txt'), signedIn())
    const sha256 = createHash('sha256').update(content).digest('hex')
    expect(body.data?.uploadFile).toMatchObject({ attachment: { filename: 'capture.txt', sha256 } })
  })
})

describe('a request that crashes servers with unguarded busboy', () => {
  // busboy emits the error twice: when it occurs, and again when it is destroyed.
  test.each([
    ['a header of a part that is too long', [`x-long: ${'a'.repeat(20_000)}`]],
    ['a header of a part without a name', [': nothing']],
    ['a header of a part with a line feed alone', ['content-type: a\nb']],
    ['a header of a part with a control character', ['content-type: a\u0000b']],
  ])('by %s is refused', async (_name, headers) => {
    for (const parts of [
      [{ ...operations, headers }, map, file],
      [operations, map, { ...file, headers }],
    ]) {
      const { status, body } = await keeping(app, 'nothing', () => sendForm(url, formOf(parts), signedIn()))
      if (status === 200) expect(body.data?.uploadFile).toMatchObject({ code: 'FILE_TRUNCATED' })
      else expect(status).toBe(400)
    }
  })
})

describe('a truncated body', () => {
  const whole = uploadForm(files.png(40_000))

  test.each([
    ['in the middle of the file', 20_000],
    ['at the last boundary', whole.length - 5],
  ])('%s is refused with FILE_TRUNCATED', async (_name, length) => {
    const { body } = await keeping(app, 'nothing', () => sendForm(url, whole.subarray(0, length), signedIn()))
    expect(body.data?.uploadFile).toMatchObject({ __typename: 'FileRejectedError', code: 'FILE_TRUNCATED' })
  })

  test('that stalls is answered within the silence timeout', async () => {
    const answer = await keeping(app, 'nothing', async () => {
      const socket = await beginUpload(url, anna, whole.length)
      socket.write(whole.subarray(0, 20_000))
      return received(socket)
    })
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(answer).toContain('FILE_TRUNCATED')
  })

  test('that stalls before the file is answered within the silence timeout', async () => {
    const answer = await keeping(app, 'nothing', async () => {
      const socket = await beginUpload(url, anna, whole.length)
      socket.write(whole.subarray(0, whole.indexOf('name="file"') - 20))
      return received(socket)
    })
    expect(answer).toContain('FILE_TRUNCATED')
  })
})

describe('a body that continues after the last expected part', () => {
  const end = `--${BOUNDARY}--\r\n`
  const unended = (...parts: Part[]) => formOf(parts).subarray(0, -end.length)

  test.each<[string, Buffer[]]>([
    ['two files', [unended(file, file)]],
    ['a file, and half of another', [unended(file), unended(file).subarray(0, -100)]],
    ['files that the map does not name', [unended({ ...file, name: 'other' }, { ...file, name: 'other' })]],
    ['a map, and half of a file', [unended(map), unended(file).subarray(0, -100), Buffer.from('x')]],
    ['a large file, and another', [unended({ ...file, content: files.png(200_000) }, file)]],
  ])('with %s is answered without waiting for the rest', async (_with, more) => {
    // The silence timeout is longer than the test.
    const second = await startAppOn(app.connectionString, { uploadSilenceMs: 3_600_000 })
    try {
      const secondUrl = await second.listen()
      const ben = await person(second, 'Ben')
      const form = Buffer.concat([formOf([operations, map]), ...more])
      const { status, body } = await sendForm(secondUrl, form, { authorization: `Bearer ${ben.accessToken}` })
      expect(status).toBe(200)
      expect(body.data?.uploadFile?.__typename).toMatch(/^(?:FileRejectedError|AttachmentPayload)$/)
    } finally {
      await second.stop()
    }
  })
})

test('a refused upload keeps its connection: the rest of the body is read, and the next request is answered', async () => {
  const first = uploadForm('<html>'.padEnd(300_000, ' '))
  const socket = await beginUpload(url, anna, first.length, 'keep-alive')
  socket.write(first)
  const second = uploadForm(files.png())
  const head = [
    `POST /graphql HTTP/1.1`,
    'host: x',
    `content-type: ${CONTENT_TYPE}`,
    'connection: close',
    'x-errand-csrf: 1',
    `authorization: Bearer ${anna.accessToken}`,
  ]
  socket.write(`${head.join('\r\n')}\r\ncontent-length: ${second.length}\r\n\r\n`)
  socket.write(second)
  const answers = await received(socket)
  expect(answers).toContain('FILE_TYPE_NOT_ALLOWED')
  expect(answers).toContain('AttachmentPayload')
})
