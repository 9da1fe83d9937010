/** Signed links that turn mails off without a sign-in. They do not expire, because a mail may be opened years later. */
import { NotificationKind } from '../db/generated/enums.ts'
import { asPublicId, fromPublicId, textOf, toPublicId } from '../db/ids.ts'
import { makeLinkSigner } from '../domain/linkSigner.ts'

/** The path of the links. */
export const UNSUBSCRIBE_PATH = '/notifications/unsubscribe'
const PURPOSE = 'errand unsubscribe links'

interface Unsubscription {
  userId: string
  kinds: readonly NotificationKind[]
}

/** Returns the link that turns mails of these kinds off for a person. */
export function unsubscribeLink(
  { secret, apiUrl }: { secret: Uint8Array; apiUrl: string },
  { userId, kinds }: Unsubscription,
): string {
  const person = textOf(toPublicId('usr', userId))
  const list = kinds.join(',')
  const signature = makeLinkSigner(secret, PURPOSE).sign(`${person} ${list}`)
  return `${apiUrl}${UNSUBSCRIBE_PATH}?${new URLSearchParams({ person, kinds: list, signature })}`
}

/** Parses a link; undefined if its signature is not ours. */
export function readUnsubscribeLink(secret: Uint8Array, pathAndQuery: string): Unsubscription | undefined {
  const [, query = ''] = pathAndQuery.split('?', 2)
  const parameters = new URLSearchParams(query)
  const [person = '', list = '', signature = ''] = ['person', 'kinds', 'signature'].map(
    (name) => parameters.get(name) ?? '',
  )
  if (!makeLinkSigner(secret, PURPOSE).isSigned(`${person} ${list}`, signature)) return undefined
  const userId = fromPublicId('usr', asPublicId(person))
  const known: readonly string[] = Object.values(NotificationKind)
  const kinds = list.split(',').filter((kind): kind is NotificationKind => known.includes(kind))
  return userId && kinds.length > 0 ? { userId, kinds } : undefined
}
