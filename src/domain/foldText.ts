/**
 * Texts as they are searched: what is stored and what is asked for go through this one function, so nothing depends on the locale
 * of the database.
 */

// Marks, and what Unicode lets a renderer ignore: soft hyphens, zero-width spaces and joiners, variation selectors, fillers.
const NOT_SEARCHED = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu

/**
 * The text without what readers do not tell apart: NFKC, full case folding, no marks and no default-ignorable characters. `Café`,
 * `CAFE\u0301` and full-width `ｃａｆｅ` are one, and so are `Straße`, `STRASSE` and `ΟΔΟΣ`, `οδος`.
 *
 * JavaScript has no case folding. Lower, upper and lower again is one that also takes the dotless i for an i, so that each text is
 * found by its own upper and lower case; only the final sigma depends on what stands beside it. Marks go after it, since U+0345
 * is one whose upper case is a letter.
 */
export const foldText = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKD')
    .replace(NOT_SEARCHED, '')
    .normalize('NFKC')
