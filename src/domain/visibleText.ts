/** Visible characters: refuses names that show nothing. */

// Letters, numbers, punctuation and symbols, except blank ones: default-ignorable code points such as fillers, the empty Braille
// cell, the musical null notehead, and the Egyptian blanks.
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}])[\p{L}\p{N}\p{P}\p{S}]/u

/** True if a character is visible by itself. Spaces, controls, marks and unassigned code points are not. */
export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text)
