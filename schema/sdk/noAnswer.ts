/** The error for a missing response. Browsers hide the cause from scripts, so the message names the likely ones. */
import { NoAnswerError } from './failures.ts'

/** Returns the error for a request to this URL. For a page of another origin, the likely cause is CORS. */
export function noAnswerFrom(url: string, cause?: unknown): NoAnswerError {
  const origin = originOfPage()
  const isElsewhere = origin !== undefined && new URL(url, origin).origin !== origin
  const hint = ` It is unreachable, or CORS blocks pages of ${origin}: the server's setting CORS_ORIGINS must list this origin. The browser console shows the cause.`
  return new NoAnswerError(`The server did not respond.${isElsewhere ? hint : ''}`, { cause })
}

/** Returns the origin of the current page; undefined outside of browsers. */
function originOfPage(): string | undefined {
  const { location } = globalThis as { location?: { origin?: string } }
  return location?.origin
}
