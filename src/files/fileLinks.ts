/** Links to files: they name the file, the viewer and their end, and a signature says that we made them. They need no header. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { asPublicId, fromPublicId, textOf, toPublicId } from '../db/ids.ts'

export const FILES_PATH = '/files/'
const NOBODY = 'anybody'

export interface FileLink {
  fileId: string
  /** The viewer, by the session in which they got it; null for somebody who is not signed in. */
  sessionId: string | null
  expiresAt: Date
}

export interface FileLinks {
  ttlMs: number
  /** The address of a file for this viewer, until then. */
  write(link: FileLink): string
  /** What an address says, from its path on; undefined unless we wrote it and its time has not run out. */
  read(pathAndQuery: string): FileLink | undefined
}

/** `baseUrl` is asked each time: a server learns its own when it listens. */
export function makeFileLinks(options: { secret: Uint8Array; ttlMs: number; baseUrl: () => string }): FileLinks {
  const { secret, ttlMs, baseUrl } = options
  // A key of its own: what signs links signs no token, and the other way about.
  const key = createHmac('sha256', secret).update('errand file links').digest()
  const sign = (text: string) => createHmac('sha256', key).update(text).digest()
  return {
    ttlMs,
    write({ fileId, sessionId, expiresAt }) {
      const file = textOf(toPublicId('att', fileId))
      const viewer = sessionId === null ? NOBODY : textOf(toPublicId('ses', sessionId))
      const expires = String(Math.floor(expiresAt.getTime() / 1_000))
      const signature = sign(`${file} ${viewer} ${expires}`).toString('base64url')
      return `${baseUrl()}${FILES_PATH}${file}?${new URLSearchParams({ viewer, expires, signature })}`
    },
    read(pathAndQuery) {
      const [path = '', query = ''] = pathAndQuery.split('?', 2)
      const file = path.slice(FILES_PATH.length)
      const parameters = new URLSearchParams(query)
      const [viewer = '', expires = '', signature = ''] = ['viewer', 'expires', 'signature'].map(
        (name) => parameters.get(name) ?? '',
      )
      const expected = sign(`${file} ${viewer} ${expires}`)
      const given = Buffer.from(signature, 'base64url')
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      const expiresAt = new Date(Number(expires) * 1_000)
      const fileId = fromPublicId('att', asPublicId(file))
      const sessionId = viewer === NOBODY ? null : fromPublicId('ses', asPublicId(viewer))
      if (!fileId || sessionId === undefined || !(expiresAt.getTime() > Date.now())) return undefined
      return { fileId, sessionId, expiresAt }
    },
  }
}
