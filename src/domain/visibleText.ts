/** Whether a text shows anything: a name that nobody can see is no name. */

// Letters, numbers, punctuation and symbols, but not those that are blank: fillers and the like, which Unicode lets a renderer
// ignore, the empty Braille cell, the musical null notehead, and the Egyptian blanks.
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}])[\p{L}\p{N}\p{P}\p{S}]/u

/** Whether at least one character of it is visible by itself; spaces, controls, marks and unassigned code points are not. */
export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text)
