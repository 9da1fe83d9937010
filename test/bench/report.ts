/** Prints what a bench has measured, and with `--record` writes it into its section of FIGURES.md, with the date and the machine. */
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'

const PAGE = join(import.meta.dirname, 'FIGURES.md')

type Row = readonly [name: string, ...cells: string[]]

interface Table {
  caption: string
  heads: readonly string[]
  rows: Row[]
}

const tables: Table[] = []
const sentences: string[] = []

/** Prints a table. Rows of the same caption and columns are one table in FIGURES.md. */
export function printTable(caption: string, heads: readonly string[], rows: readonly Row[]): void {
  const nameWidth = Math.max(...rows.map(([name]) => name.length)) + 2
  const lineOf = ([name, ...cells]: Row) =>
    name.padEnd(nameWidth) + cells.map((cell, index) => cell.padStart(widthOf(heads[index]))).join('')
  console.log(`\n${caption}`)
  for (const row of [['', ...heads] as const, ...rows]) console.log(lineOf(row))
  const known = tables.find((table) => table.caption === caption && String(table.heads) === String(heads))
  if (known) known.rows.push(...rows)
  else tables.push({ caption, heads, rows: [...rows] })
}

const widthOf = (head = ''): number => Math.max(12, head.length + 2)

/** Prints a figure that belongs to no table. */
export function printSentence(text: string): void {
  console.log(text)
  sentences.push(text)
}

/** Replaces the section of this bench in FIGURES.md by what was printed, and appends it where there is none. */
export async function recordFigures(bench: string, command: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8')
  await writeFile(PAGE, withSection(page, bench, sectionOf(command)))
  console.log(`\nRecorded in ${PAGE}.`)
}

function sectionOf(command: string): string {
  const all = cpus()
  const machine = `${all.length} x ${all[0]?.model.trim() ?? 'unknown CPU'}, Node.js ${process.version}`
  const head = `${new Date().toISOString().slice(0, 10)}, ${machine}: \`${command}\``
  const texts = tables.map(({ caption, heads, rows }) =>
    [`${caption}:`, '', rowOf(['', ...heads]), `|${'---|'.repeat(heads.length + 1)}`, ...rows.map(rowOf)].join('\n'),
  )
  return [head, ...texts, ...sentences.map((text) => `- ${text}`)].join('\n\n')
}

const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The page with this text as its section `## NAME`, which ends where the next one begins. */
export function withSection(page: string, name: string, text: string): string {
  const section = `## ${name}\n\n${text}\n`
  const from = page.indexOf(`## ${name}\n`)
  if (from < 0) return `${page.trimEnd()}\n\n${section}`
  const next = page.indexOf('\n## ', from)
  return page.slice(0, from) + section + (next < 0 ? '' : page.slice(next))
}
