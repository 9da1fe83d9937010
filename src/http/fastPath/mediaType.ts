/** Chooses the media type of a response, by Yoga's rules: https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types */
import { BoundedCache } from '../../cache/boundedCache.ts'

export type MediaType = 'application/json' | 'application/graphql-response+json'

const MEDIA_TYPES: readonly MediaType[] = ['application/graphql-response+json', 'application/json']

// Clients send few different headers.
const HEADERS_MAX = 100
const negotiated = new BoundedCache<string, MediaType | 'none'>({ name: 'acceptHeaders', max: HEADERS_MAX })

/** Returns the media type for an Accept header; undefined if it allows neither of the two, as for a stream. */
export function mediaTypeFor(accept: string | undefined): MediaType | undefined {
  if (accept === undefined) return 'application/json'
  let mediaType = negotiated.get(accept)
  if (mediaType === undefined) {
    mediaType = lastAccepted(accept) ?? 'none'
    negotiated.set(accept, mediaType)
  }
  return mediaType === 'none' ? undefined : mediaType
}

// The first type in the header has priority. If it accepts both, the last of MEDIA_TYPES is chosen.
function lastAccepted(accept: string): MediaType | undefined {
  const accepted = accept
    .replace(/\s/g, '')
    .toLowerCase()
    .split(',')
    .flatMap((part) => acceptedBy(part))
    .reverse()
  let chosen: MediaType | undefined
  for (const range of accepted) for (const mediaType of MEDIA_TYPES) if (matches(mediaType, range)) chosen = mediaType
  return chosen
}

function acceptedBy(part: string): string[] {
  const [mediaType, ...parameters] = part.split(';')
  const charset = parameters.find((parameter) => parameter.includes('charset='))
  return mediaType !== undefined && (charset === undefined || charset === 'charset=utf-8') ? [mediaType] : []
}

function matches(mediaType: MediaType, range: string): boolean {
  const [type, subtype] = range.split('/')
  const [ourType, ourSubtype] = mediaType.split('/')
  return (type === '*' || type === ourType) && (subtype === '*' || subtype === ourSubtype)
}
