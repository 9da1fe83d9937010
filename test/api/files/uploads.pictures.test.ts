/** The pixel limit of pictures: a program that opens one needs memory for all pixels, however small the file is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { keeping } from '../../support/servers/storedFiles.ts'
import { gifHead, jpegHead, pngHead, upload, webpHead } from '../../support/uploads.ts'

const rest = Buffer.alloc(5_000, 7)
const withRest = (head: Buffer) => Buffer.concat([head, rest])

let app: TestApp
let url: string
let anna: Person

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await person(app, 'Anna')
})
afterAll(() => app.stop())

const segment = (marker: number, length: number) =>
  Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), Buffer.alloc(length - 2, 0xff)])
// A color profile and a preview, as cameras and editors write them, larger than the bytes that type detection examines.
const SEGMENTS = Buffer.concat([segment(0xe1, 65_535), segment(0xe2, 65_535), segment(0xdb, 67), segment(0xc4, 31)])
const JUNK = Buffer.from([0, 0xff, 0, 7, 0xff, 0xff, 0xff])

describe('a picture of more than 50 million pixels is refused', () => {
  test.each<[string, Buffer]>([
    ['png', pngHead(65_535, 65_535)],
    ['png of one long row', pngHead(2 ** 31 - 1, 1)],
    ['jpeg', jpegHead(65_535, 65_535)],
    ['jpeg with much before its frame', jpegHead(65_535, 65_535, SEGMENTS)],
    ['jpeg with bytes between its segments', jpegHead(65_535, 65_535, JUNK)],
    ['progressive jpeg', jpegHead(65_535, 65_535, SEGMENTS, 0xc2)],
    ['gif', gifHead({ width: 65_535, height: 65_535 })],
    [
      'gif whose first image is larger than its logical screen',
      gifHead({ width: 1, height: 1 }, { width: 65_535, height: 65_535 }),
    ],
    ['lossy webp', webpHead('VP8 ', 16_383, 16_383)],
    ['lossless webp', webpHead('VP8L', 16_384, 16_384)],
    ['extended webp', webpHead('VP8X', 2 ** 24, 256)],
    ['png with one row too many', pngHead(10_000, 5_001)],
  ])('%s', async (_kind, head) => {
    const answer = await keeping(app, 'nothing', () => upload(url, anna, withRest(head)))
    expect(answer).toMatchObject({ __typename: 'FileRejectedError', code: 'FILE_TOO_LARGE', limitBytes: null })
    expect(answer.message).toContain('50 million pixels')
  })
})

describe('a picture of 50 million pixels is accepted', () => {
  test.each<[string, Buffer]>([
    ['png', pngHead(10_000, 5_000)],
    ['jpeg', jpegHead(10_000, 5_000)],
    ['jpeg with much before its frame', jpegHead(10_000, 5_000, SEGMENTS)],
    ['jpeg with bytes between its segments', jpegHead(10_000, 5_000, JUNK)],
    ['progressive jpeg', jpegHead(10_000, 5_000, SEGMENTS, 0xc2)],
    ['gif', gifHead({ width: 10_000, height: 5_000 })],
    ['lossy webp', webpHead('VP8 ', 10_000, 5_000)],
    ['lossless webp', webpHead('VP8L', 10_000, 5_000)],
    ['extended webp', webpHead('VP8X', 10_000, 5_000)],
  ])('%s', async (_kind, head) => {
    expect(await upload(url, anna, withRest(head))).toMatchObject({ __typename: 'AttachmentPayload' })
  })
})

describe('a picture that no program could open is refused', () => {
  test.each<[string, Buffer]>([
    ['png without a size', pngHead(0, 100)],
    ['png that is cut off', pngHead(1, 1).subarray(0, 20)],
    ['jpeg without a frame', Buffer.concat([jpegHead(1, 1).subarray(0, 20), segment(0xfe, 4_000)])],
    ['jpeg with a scan before its frame', Buffer.concat([jpegHead(1, 1).subarray(0, 20), segment(0xda, 20)])],
    [
      'jpeg of a million small segments',
      Buffer.concat([jpegHead(1, 1).subarray(0, 20), Buffer.alloc(1_200_000, 'fffe0002', 'hex')]),
    ],
    [
      'gif of a million small blocks',
      Buffer.concat([gifHead({ width: 1, height: 1 }).subarray(0, 21), Buffer.alloc(1_200_000, '0107', 'hex')]),
    ],
    ['gif without an image', gifHead({ width: 1, height: 1 }).subarray(0, 26)],
    ['webp of an unknown kind', Buffer.from('RIFF\x20\0\0\0WEBPVP9 \x10\0\0\0'.padEnd(60, '\0'), 'latin1')],
  ])('%s', async (_kind, content) => {
    const answer = await keeping(app, 'nothing', () => upload(url, anna, content))
    expect(answer).toMatchObject({ __typename: 'FileRejectedError', code: 'FILE_TYPE_NOT_ALLOWED' })
  })
})
