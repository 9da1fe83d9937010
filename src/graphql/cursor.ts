/** The cursors of events as clients see them. */
const CURSOR = /^ec_(\d{1,18})$/

/** The position behind a cursor; undefined for what is no cursor. */
export function readCursor(text: string): bigint | undefined {
  const position = CURSOR.exec(text)?.[1]
  return position === undefined ? undefined : BigInt(position)
}

/** The cursor of a position. */
export const writeCursor = (position: bigint): string => `ec_${position}`
