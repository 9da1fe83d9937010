/** Names of files: data to be shown, never a path of ours, and never believed. */
import { hasVisibleCharacter } from '../../domain/visibleText.ts'
import { extensionsOf } from './fileTypes.ts'

// Names that systems take have 255 bytes at most; this many characters are also enough for any title.
const LENGTH_MAX = 120
const EXTENSION = /\.[\p{L}\p{N}]{1,10}$/u
// Control characters, direction overrides and invisible marks, all but the joiners that scripts and emoji need.
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** The name as it is kept: without path, control characters and direction overrides, with something to see, not too long. */
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

/** The name to save it under: its ending says what the bytes are, so no system opens it as something else. */
export function downloadName(filename: string, contentType: string): string {
  const extensions = extensionsOf(contentType)
  const fits = extensions.some((extension) => filename.toLowerCase().endsWith(`.${extension}`))
  return fits ? filename : `${filename}.${extensions[0]}`
}

/** As a header has it (RFC 6266): the name in ASCII for old clients, and whole for all others. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%;]/g, '_')
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}
