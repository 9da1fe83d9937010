/** CSV by RFC 4180: records end with CRLF, and cells with commas, quotes or line breaks are quoted. */

// Spreadsheets run text that begins so as a formula.
const FORMULA = /^[=+\-@\t\r]/

/** Free text for a cell: text that a spreadsheet would run as a formula gets an apostrophe, which makes it text. */
export const textCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** One record. Cells are written as they are; free text must be a `textCell`. */
export const csvRecord = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\r\n`

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
