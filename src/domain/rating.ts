/** The summary of ratings from 1 to 5. */
export interface Rating {
  /** With two decimals; null without ratings. */
  average: string | null
  count: number
}

/** The rating of a number of ratings and their sum. The average is rounded half up in integers, as PostgreSQL rounds a numeric. */
export function ratingOf({ count, sum }: { count: number; sum: number }): Rating {
  if (count === 0) return { average: null, count }
  const hundredths = Math.floor((200 * sum + count) / (2 * count))
  return { average: (hundredths / 100).toFixed(2), count }
}
