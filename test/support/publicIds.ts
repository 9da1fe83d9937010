/** Public ids as clients have them: plain text. */
import * as ids from '../../src/db/ids.ts'

export { ID_PREFIXES, type IdPrefix, type NodeType, newId } from '../../src/db/ids.ts'

export const toPublicId = (prefix: ids.IdPrefix, uuid: string): string => ids.textOf(ids.toPublicId(prefix, uuid))

export const fromPublicId = (prefix: ids.IdPrefix, text: string): string | undefined =>
  ids.fromPublicId(prefix, ids.asPublicId(text))

export const parsePublicId = (text: string): ReturnType<typeof ids.parsePublicId> =>
  ids.parsePublicId(ids.asPublicId(text))
