/**
 * What is stored of a text so that it can be searched, and the patterns that find it. The index has the trigrams of it, and what
 * counts as a letter there is up to the locale of the database: in C, which the embedded one has too, only those of ASCII. So each
 * word with others is stored once more, in capitals that stand for its characters. Capitals, because a folded text has none: no
 * other word is found in them.
 */
import { foldText } from './foldText.ts'

const LETTERS = 26
// From here on come the scripts of thousands of characters, whose words are short: two letters for each.
const IDEOGRAPHIC_FROM = 0x2e80

/** The text to store for these lines. */
export function searchTextOf(...lines: string[]): string {
  const folded = foldText(lines.join('\n'))
  const written = new Set(wordsIn(folded).filter(hasOtherLetters).map(inCapitals))
  return written.size === 0 ? folded : `${folded}\n${[...written].join(' ')}`
}

/** The words of what somebody searches for, folded; none when there is nothing to search for. */
export const searchedWords = (text: string): string[] => wordsIn(foldText(text))

/** What the stored text must contain to have this word: the word, and for the index what stands for it. */
export const tracesOf = (word: string): string[] => (hasOtherLetters(word) ? [word, inCapitals(word)] : [word])

const wordsIn = (folded: string): string[] => folded.split(/[\s\p{Cc}]+/u).filter((word) => word !== '')

const hasOtherLetters = (word: string): boolean => /\P{ASCII}/u.test(word)

/** Letters for each character: many characters share them, so they narrow a search down and never decide it. */
function inCapitals(word: string): string {
  let capitals = ''
  for (const character of word) {
    const codePoint = character.codePointAt(0) ?? 0
    capitals += letter(codePoint)
    if (codePoint >= IDEOGRAPHIC_FROM) capitals += letter(Math.floor(codePoint / LETTERS))
  }
  return capitals
}

const letter = (number: number): string => String.fromCharCode(65 + (number % LETTERS))
