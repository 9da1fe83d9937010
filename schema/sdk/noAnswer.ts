/** What is said where no answer came. A browser keeps the reason to itself, so the message names those that are likely. */
import { NoAnswerError } from './failures.ts'

/** No answer came from this address, because of `cause`; to a page of another origin most often because it may not ask. */
export function noAnswerFrom(url: string, cause?: unknown): NoAnswerError {
  const origin = originOfPage()
  const isElsewhere = origin !== undefined && new URL(url, origin).origin !== origin
  const hint = ` It cannot be reached, or it does not let pages of ${origin} read its answers: its setting CORS_ORIGINS must list that origin. The browser's console says which it is.`
  return new NoAnswerError(`The server gave no answer.${isElsewhere ? hint : ''}`, { cause })
}

/** Of the page that this runs in; undefined outside browsers. */
function originOfPage(): string | undefined {
  const { location } = globalThis as { location?: { origin?: string } }
  return location?.origin
}
