const MORNING_HOUR = 8
const DAY_MS = 86_400_000

/**
 * The next moment at which it is eight in the morning in a time zone, strictly after `now`. Offsets change on some days, so the local
 * time of a candidate is looked up, and the candidate moved by the difference.
 */
export function nextMorning(now: Date, timeZone: string): Date {
  const local = localTimeOf(now, timeZone)
  const morning = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate(), MORNING_HOUR)
  const today = momentOf(morning, timeZone)
  return today > now ? today : momentOf(morning + DAY_MS, timeZone)
}

/** The moment of a local time, which is given as if the zone were UTC. */
function momentOf(localMs: number, timeZone: string): Date {
  const guess = new Date(localMs - offsetAt(new Date(localMs), timeZone))
  // The second look-up uses the offset of that moment, which may be on the other side of a change.
  return new Date(localMs - offsetAt(guess, timeZone))
}

const offsetAt = (moment: Date, timeZone: string): number => localTimeOf(moment, timeZone).getTime() - moment.getTime()

const formats = new Map<string, Intl.DateTimeFormat>()

/** The local time in a zone, as if the zone were UTC. */
function localTimeOf(moment: Date, timeZone: string): Date {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    // There are some six hundred zones.
    formats.set(timeZone, format)
  }
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]))
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
  const seconds = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return new Date(seconds + (moment.getTime() % 1_000))
}
