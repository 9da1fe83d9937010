/** In which of its two forms an answer is wanted, by Yoga's rules: https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types */
import { BoundedCache } from '../../cache/boundedCache.ts'

export type MediaType = 'application/json' | 'application/graphql-response+json'

const MEDIA_TYPES: readonly MediaType[] = ['application/graphql-response+json', 'application/json']

// Clients send few different headers.
const HEADERS_MAX = 100
const negotiated = new BoundedCache<string, MediaType | 'none'>({ name: 'acceptHeaders', max: HEADERS_MAX })

/** Undefined if the client accepts neither: it wants a stream, or a type that this server does not have. */
export function mediaTypeFor(accept: string | undefined): MediaType | undefined {
  if (accept === undefined) return 'application/json'
  let mediaType = negotiated.get(accept)
  if (mediaType === undefined) {
    mediaType = lastAccepted(accept) ?? 'none'
    negotiated.set(accept, mediaType)
  }
  return mediaType === 'none' ? undefined : mediaType
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
