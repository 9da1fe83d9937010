/**
 * The parts of pages that the code dictates: the environment of src/environmentVariables.ts, and the life cycles as diagrams. Each stands in its
 * page between `<!-- generated: NAME -->` and `<!-- /generated: NAME -->`; `npm run generate` writes it.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LIFE_CYCLES } from '../src/api/lifeCycles.ts'
import { type LifeCycle, movesOf } from '../src/domain/lifeCycle.ts'
import { describeVariables, type EnvironmentVariable } from '../src/environmentVariables.ts'

const ROOT = resolve(import.meta.dirname, '..')

const PARTS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  '.github/OPERATING.md': { environment: environmentTable },
  'src/README.md': { 'state diagrams': stateDiagrams },
}

/** Each page that has generated parts, with these parts as they should be. */
export async function generatedPages(): Promise<Map<string, string>> {
  const pages = new Map<string, string>()
  for (const [path, parts] of Object.entries(PARTS)) {
    let page = await readFile(resolve(ROOT, path), 'utf8')
    for (const [name, print] of Object.entries(parts)) page = replacePart(page, name, print())
    pages.set(path, page)
  }
  return pages
}

function replacePart(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- /generated: ${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`A page has no part "${begin}" to "${end}".`)
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`
}

function environmentTable(): string {
  const head = '| variable | default | meaning | must |\n|---|---|---|---|'
  const rows = describeVariables().map(
    (variable) =>
      `| \`${variable.name}\` | ${defaultCell(variable)} | ${variable.description} | ${variable.rule ?? ''} |`,
  )
  return [head, ...rows].join('\n')
}

function defaultCell({ byDefault, inProduction }: EnvironmentVariable): string {
  if (byDefault === undefined) return '-'
  return inProduction === undefined ? `\`${byDefault}\`` : `\`${byDefault}\`; \`${inProduction}\` in production`
}

function stateDiagrams(): string {
  return Object.entries(LIFE_CYCLES)
    .map(([file, lifeCycle]) => diagramOf(file, lifeCycle))
    .join('\n\n')
}

/** A diagram with an arrow for each move, which is labelled with the transitions that make it and their actors. */
function diagramOf(file: string, lifeCycle: LifeCycle<string>): string {
  const moves = movesOf(lifeCycle)
  const arrows = moves.map(({ from, to }) => `  ${from} --> ${to}: ${labelsOf(lifeCycle, from, to).join('<br>')}`)
  const finals = lifeCycle.states.filter((state) => !moves.some(({ from }) => from === state))
  const ends = finals.map((state) => `  ${state} --> [*]`)
  const title = lifeCycle.subject.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase())
  const diagram = ['```mermaid', 'stateDiagram-v2', ...arrows, ...ends, '```'].join('\n')
  return `### ${title}\n\nDeclared in [${file}](${file.replace('src/', '')}).\n\n${diagram}${staysOf(lifeCycle)}`
}

const labelsOf = ({ transitions }: LifeCycle<string>, from: string, to: string): string[] => [
  ...new Set(
    transitions
      .filter((transition) => transition.from.includes(from) && transition.to.includes(to))
      .map(({ name, actors, after }) => `${name} (${after ? `${actors.join(', ')}, ${after}` : actors.join(', ')})`),
  ),
]

/** The transitions that leave the status as it is, which are no arrows. */
function staysOf({ transitions }: LifeCycle<string>): string {
  const stays = transitions.flatMap(({ name, from, to, actors }) => {
    const kept = from.filter((state) => to.includes(state))
    return kept.length > 0 ? [`${name} in ${kept.join(', ')} (${actors.join(', ')})`] : []
  })
  return stays.length > 0 ? `\n\nThe status stays: ${stays.join('; ')}.` : ''
}
