import { de } from './de.ts'
import { en } from './en.ts'
import type { Language } from './language.ts'

/** The languages with a translation. */
export const LANGUAGES: readonly Language[] = [en, de]

/** Returns the language of a locale such as `de-AT`, by its primary subtag; English if there is no translation. */
export function languageOf(locale: string): Language {
  const primary = locale.split('-', 1)[0]?.toLowerCase()
  return LANGUAGES.find(({ tag }) => tag === primary) ?? en
}
