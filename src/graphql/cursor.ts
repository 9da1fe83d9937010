/** Converts between positions in the event log and the cursors that clients see. */
const CURSOR = /^ec_(\d{1,18})$/

/** Returns the position of a cursor; undefined if the text is not a cursor. */
export function readCursor(text: string): bigint | undefined {
  const position = CURSOR.exec(text)?.[1]
  return position === undefined ? undefined : BigInt(position)
}

/** Returns the cursor of a position. */
export const writeCursor = (position: bigint): string => `ec_${position}`
