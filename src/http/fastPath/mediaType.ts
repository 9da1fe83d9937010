/** In which of its two forms an answer is wanted, by Yoga's rules: https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types */
export type MediaType = 'application/json' | 'application/graphql-response+json'

const MEDIA_TYPES: readonly MediaType[] = ['application/graphql-response+json', 'application/json']

// What the clients that exist send.
const KNOWN_MAX = 100
const known = new Map<string, MediaType | undefined>()

/** Undefined where neither is accepted: a stream is wanted, or nothing that this server has. */
export function mediaTypeFor(accept: string | undefined): MediaType | undefined {
  if (accept === undefined) return 'application/json'
  if (known.has(accept)) return known.get(accept)
  if (known.size >= KNOWN_MAX) known.clear()
  const mediaType = lastAccepted(accept)
  known.set(accept, mediaType)
  return mediaType
}

// The first in the header weighs most, and of two that it accepts alike the last of ours.
function lastAccepted(accept: string): MediaType | undefined {
  const accepted = accept
    .replace(/\s/g, '')
    .toLowerCase()
    .split(',')
    .flatMap((part) => acceptedBy(part))
    .reverse()
  let chosen: MediaType | undefined
  for (const one of accepted) for (const mediaType of MEDIA_TYPES) if (fits(mediaType, one)) chosen = mediaType
  return chosen
}

function acceptedBy(part: string): string[] {
  const [mediaType, ...parameters] = part.split(';')
  const charset = parameters.find((parameter) => parameter.includes('charset='))
  return mediaType !== undefined && (charset === undefined || charset === 'charset=utf-8') ? [mediaType] : []
}

function fits(mediaType: MediaType, accepted: string): boolean {
  const [kind, form] = accepted.split('/')
  const [ourKind, ourForm] = mediaType.split('/')
  return (kind === '*' || kind === ourKind) && (form === '*' || form === ourForm)
}
