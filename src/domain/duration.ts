/** ISO 8601 durations, limited to the units of fixed length: weeks, days, hours, minutes, seconds. */
const PART = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?)?$/

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS

/** Returns milliseconds, or undefined for text that is not a duration, or has years or months, which have no fixed length. */
export function fromDuration(text: string): number | undefined {
  const match = PART.exec(text)
  if (!match || text.length < 3) return undefined
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1, 6)
    .map((digits) => Number(digits ?? 0))
  const fractionMs = Number((match[6] ?? '').padEnd(3, '0'))
  return weeks * WEEK_MS + days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS + fractionMs
}

/** Whole seconds, rounded up, because a client that waits this long must have waited long enough. */
export const toDuration = (lengthMs: number): string => `PT${Math.max(1, Math.ceil(lengthMs / SECOND_MS))}S`
