/** Normalizes text for search. Stored texts and search terms both use it, so a match does not depend on the database locale. */

// Marks and default-ignorable code points: soft hyphens, zero-width spaces and joiners, variation selectors, fillers.
const NOT_SEARCHED = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Returns the text in NFKC with full case folding, without marks and default-ignorable characters. `Café`, `CAFE\u0301` and
 * full-width `ｃａｆｅ` fold to the same text, and so do `Straße` and `STRASSE`, `ΟΔΟΣ` and `οδος`.
 *
 * JavaScript has no case folding. Lower, upper and lower case in turn folds case and also maps the dotless i to i, so that each text
 * matches its own upper and lower case. The final sigma is replaced because its lower case depends on its neighbours. Marks are removed
 * after case folding, because U+0345 is a mark whose upper case is a letter.
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
