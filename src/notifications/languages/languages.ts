import { de } from './de.ts'
import { en } from './en.ts'
import type { NotificationLanguage } from './language.ts'

/** The languages with a translation. */
export const NOTIFICATION_LANGUAGES: readonly NotificationLanguage[] = [en, de]

/** Returns the language of a locale such as `de-AT`, by its primary subtag; English if there is no translation. */
export function notificationLanguageOf(locale: string): NotificationLanguage {
  const primary = locale.split('-', 1)[0]?.toLowerCase()
  return NOTIFICATION_LANGUAGES.find(({ tag }) => tag === primary) ?? en
}
