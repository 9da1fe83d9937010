/** A statement as CSV: the opening, the lines and the closing, in pages that are read as they are sent. */
import { textOf, toPublicId } from '../../../db/ids.ts'
import type { Statements } from '../../../db/statements.ts'
import { csvRecord, textCell } from '../../../domain/csv.ts'
import { toDecimal } from '../../../domain/money.ts'
import type { OpenedStatement } from './openStatement.ts'
import { type LineKey, startOf } from './statementSpan.ts'
import { type FiledLine, readFiledLines, readStatementBalances } from './statements.sql.ts'

// Some 150 kB of text: a round trip for each page costs little, and a slow client holds no more than that.
const LINES_PER_PAGE = 1_000

const HEADER = csvRecord(['at', 'kind', 'task', 'title', 'subject', 'amount', 'currency', 'balance'])

/**
 * Yields the file page by page, oldest line first. Each page is a statement of its own, so a slow client holds neither a connection nor
 * memory, and a consumer that stops ends the reading. The last record, the closing, shows that the file is complete.
 */
export async function* statementCsv(
  database: Statements,
  { span, viewerId }: OpenedStatement,
  { linesPerPage = LINES_PER_PAGE }: { linesPerPage?: number } = {},
): AsyncGenerator<string, void> {
  const { ownerId, currency, from, to } = span
  const money = (minorUnits: bigint) => toDecimal({ minorUnits, currencyCode: currency })
  const total = (at: Date, kind: string) =>
    csvRecord([at.toISOString(), kind, '', '', '', '', currency, money(balanceMinor)])
  const [opening] = await readStatementBalances(database, [{ ownerId, currency, ...startOf(from) }])
  let balanceMinor = opening?.balanceMinor ?? 0n
  yield HEADER + total(from, 'opening')
  let after: LineKey = startOf(from)
  for (let isLast = false; !isLast; ) {
    const lines = await readFiledLines(database, span, { viewerId, after, limit: linesPerPage })
    let page = ''
    for (const line of lines) {
      balanceMinor += line.amountMinor
      const { postedAt, kind, amountMinor } = line
      const cells = [...about(line), money(amountMinor), currency, money(balanceMinor)]
      page += csvRecord([postedAt.toISOString(), kind, ...cells])
    }
    if (page) yield page
    after = lines.at(-1) ?? after
    isLast = lines.length < linesPerPage
  }
  yield total(to, 'closing')
}

/** The cells of task, title and subject. */
function about({ taskId, title, isOwnMatter, ...posting }: FiledLine): string[] {
  if (isOwnMatter) return ['', '', '']
  const subject = subjectOf(posting)
  return [textOf(toPublicId('tsk', taskId)), textCell(title), subject ? textOf(subject) : '']
}

function subjectOf({
  chargebackId,
  reversalId,
  holdId,
  transferId,
  refundId,
}: Omit<FiledLine, 'taskId' | 'title' | 'isOwnMatter'>) {
  if (chargebackId) return toPublicId('cbk', chargebackId)
  if (reversalId) return toPublicId('rvs', reversalId)
  if (holdId) return toPublicId('hld', holdId)
  if (transferId) return toPublicId('trf', transferId)
  return refundId && toPublicId('rfd', refundId)
}
