/** Timestamps as text, in the only format of the API. */

const DAY_MS = 86_400_000
// Bounded: a page shows timestamps of a few days.
const DAYS_MAX = 1_000
const days = new Map<number, string>()
const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

/** Same text as `toISOString`, e.g. `2026-03-01T12:00:00.000Z`; undefined for an invalid date, or one outside the years 1 to 9999. */
export function writeMoment(moment: Date): string | undefined {
  const time = moment.getTime()
  const dayNumber = Math.floor(time / DAY_MS)
  const day = days.get(dayNumber) ?? writeDay(dayNumber)
  if (day === undefined) return undefined
  const ms = time - dayNumber * DAY_MS
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  const hour = twoDigits[Math.floor(minutes / 60)]
  const fraction = String(1_000 + ms - seconds * 1_000).slice(1)
  return `${day}T${hour}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}.${fraction}Z`
}

function writeDay(dayNumber: number): string | undefined {
  const date = new Date(dayNumber * DAY_MS)
  const year = date.getUTCFullYear()
  if (!(year >= 1 && year <= 9_999)) return undefined
  const day = date.toISOString().slice(0, 10)
  if (days.size >= DAYS_MAX) days.clear()
  days.set(dayNumber, day)
  return day
}
