/** Filenames are data for display: never a path in the store, and never trusted. */
import { hasVisibleCharacter } from '../../domain/visibleText.ts'
import { extensionsOf } from './fileTypes.ts'

// File systems allow names of at most 255 bytes; 120 characters are enough for any title.
const LENGTH_MAX = 120
const EXTENSION = /\.[\p{L}\p{N}]{1,10}$/u
// Control characters, direction overrides and invisible marks, except the joiners that scripts and emoji need.
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** Returns the name to store: without path, control characters and direction overrides, visible and of bounded length. */
export function cleanFilename(sent: string | undefined, contentType: string): string {
  const base = (sent ?? '').split(/[/\\]/).at(-1) ?? ''
  const name = base
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  const extension = EXTENSION.exec(name)?.[0] ?? ''
  const stem = name.slice(0, name.length - extension.length)
  if (hasVisibleCharacter(stem)) return shorten(stem, extension)
  return `file${extension || `.${extensionsOf(contentType)[0]}`}`
}

const shorten = (stem: string, extension: string): string =>
  [...stem].slice(0, LENGTH_MAX - extension.length).join('') + extension

/** Returns the name for a download: its extension matches the content, so that no system opens the file as another type. */
export function downloadName(filename: string, contentType: string): string {
  const extensions = extensionsOf(contentType)
  const fits = extensions.some((extension) => filename.toLowerCase().endsWith(`.${extension}`))
  return fits ? filename : `${filename}.${extensions[0]}`
}

/** Returns the Content-Disposition header (RFC 6266): the name in ASCII for old clients, and in full for all others. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%;]/g, '_')
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}
