/** Signed links to files: file, viewer and expiry, with an HMAC. A request for one needs no header. */
import { asPublicId, fromPublicId, textOf, toPublicId } from '../db/ids.ts'
import { makeLinkSigner } from '../domain/linkSigner.ts'

/** The path of file downloads. */
export const FILES_PATH = '/files/'
const ANONYMOUS = 'anybody'

export interface FileLink {
  fileId: string
  /** The session of the viewer; null for a caller who is not signed in. */
  sessionId: string | null
  expiresAt: Date
}

export interface FileLinks {
  ttlMs: number
  /** Returns the URL of a file for this viewer, valid until `expiresAt`. */
  write(link: FileLink): string
  /** Parses a link; undefined if its signature is not ours or it has expired. */
  read(pathAndQuery: string): FileLink | undefined
}

/** `baseUrl` is called for each link, because a server knows its own URL only once it listens. */
export function makeFileLinks(options: { secret: Uint8Array; ttlMs: number; baseUrl: () => string }): FileLinks {
  const { secret, ttlMs, baseUrl } = options
  const signer = makeLinkSigner(secret, 'errand file links')
  return {
    ttlMs,
    write({ fileId, sessionId, expiresAt }) {
      const file = textOf(toPublicId('att', fileId))
      const viewer = sessionId === null ? ANONYMOUS : textOf(toPublicId('ses', sessionId))
      const expires = String(Math.floor(expiresAt.getTime() / 1_000))
      const signature = signer.sign(`${file} ${viewer} ${expires}`)
      return `${baseUrl()}${FILES_PATH}${file}?${new URLSearchParams({ viewer, expires, signature })}`
    },
    read(pathAndQuery) {
      const [path = '', query = ''] = pathAndQuery.split('?', 2)
      const file = path.slice(FILES_PATH.length)
      const parameters = new URLSearchParams(query)
      const [viewer = '', expires = '', signature = ''] = ['viewer', 'expires', 'signature'].map(
        (name) => parameters.get(name) ?? '',
      )
      if (!signer.isSigned(`${file} ${viewer} ${expires}`, signature)) return undefined
      const expiresAt = new Date(Number(expires) * 1_000)
      const fileId = fromPublicId('att', asPublicId(file))
      const sessionId = viewer === ANONYMOUS ? null : fromPublicId('ses', asPublicId(viewer))
      if (!fileId || sessionId === undefined || !(expiresAt.getTime() > Date.now())) return undefined
      return { fileId, sessionId, expiresAt }
    },
  }
}
