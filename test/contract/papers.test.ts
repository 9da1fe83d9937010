/** What the pages of the repository name is there: links, headings, paths, and the folders of the table of floors. */
import { access, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { withSection } from '../bench/report.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const README_BYTES_MAX = 8_000

const NOT_OURS = ['node_modules', 'dist', '.data', '.git', 'generated']

/** Every page below a folder of the checkout, by its path. */
async function pagesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true })
  const found = entries.map((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : pagesBelow(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
  return (await Promise.all(found)).flat()
}

const pages = new Map<string, string>()
for (const path of await pagesBelow('.')) pages.set(path, await readFile(join(ROOT, path), 'utf8'))

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '')

/** Commands are ours; other code names files of other projects. */
const withCommands = (text: string): string => text.replace(/^```(?!sh\n)\w[\s\S]*?^```$/gm, '')

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const headings = [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

test('README.md is short', async () => {
  expect((await stat(join(ROOT, 'README.md'))).size).toBeLessThanOrEqual(README_BYTES_MAX)
})

test('every relative link of every page leads to a file, and to a heading of it', async () => {
  expect(pages.size).toBeGreaterThan(40)
  const broken: string[] = []
  for (const [page, text] of pages) {
    for (const [, target = ''] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path))
      const isThere = await exists(join(ROOT, file))
      const hasAnchor = anchor === undefined || anchorsOf(pages.get(file) ?? '').has(anchor)
      if (!isThere || !hasAnchor) broken.push(`${page}: ${target}`)
    }
  }
  expect(broken).toEqual([])
})

// `src/tasks/taskStatus.ts`, `test/api`, `.github/OPERATING.md`; not an issue such as prisma/orm#1.
const PATH = /(?<![\w./-])(?:src|test|prisma|schema|\.github|\.config|\.ci)\/[\w./-]*\w(?![\w#])/g
// Patterns, such as prisma/migrations/YYYYMMDDHHMMSS_noun_phrase, and files that are made by a build.
const NOT_PATHS = /[A-Z]{5,}(?!\.md)|\*/

test('every path that a page names is there', async () => {
  const missing: string[] = []
  for (const [page, text] of pages) {
    const named = withCommands(text).match(PATH) ?? []
    for (const path of new Set(named.filter((one) => !NOT_PATHS.test(one)))) {
      if (!(await exists(join(ROOT, path)))) missing.push(`${page}: ${path}`)
    }
  }
  expect(missing).toEqual([])
})

test('every page is linked from another one', () => {
  const linked = new Set<string>()
  for (const [page, text] of pages) {
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s#]+)/g)) {
      linked.add(relative(ROOT, resolve(ROOT, dirname(page), target)))
    }
  }
  // GitHub itself shows the template, and the README of a folder.
  const isShown = (page: string) => /(^|\/)(README|PULL_REQUEST_TEMPLATE)\.md$/.test(page)
  expect([...pages.keys()].filter((page) => !linked.has(page) && !isShown(page))).toEqual([])
})

test('the table of folders in src/README.md is that of imports.test.ts', async () => {
  const rules = await readFile(join(ROOT, 'test/contract/imports.test.ts'), 'utf8')
  const folders = [...(/const FOLDERS = \[([^\]]*)\]/.exec(rules)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(
    ([, name]) => name,
  )
  const table = pages.get('src/README.md')?.split('| folder | holds | why')[1]?.split('\n\n')[0] ?? ''
  expect([...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)).toEqual(folders)
})

test('the sequence of plugins in src/README.md is that of the builder', async () => {
  const builder = await readFile(join(ROOT, 'src/graphql/builder.ts'), 'utf8')
  const plugins = [...(/plugins: \[([^\]]*)\]/.exec(builder)?.[1] ?? '').matchAll(/^\s*(\w+)Plugin,/gm)].map(
    ([, name = '']) => name.toLowerCase(),
  )
  const drawn = [...(pages.get('src/README.md') ?? '').matchAll(/^ {2}participant \w as (\w+)$/gm)].map(
    ([, name]) => name,
  )
  expect(drawn.slice(1, 7)).toEqual(plugins.slice(0, 6))
})

test('the example story of test/README.md is one that runs', async () => {
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(pages.get('test/README.md') ?? '') ?? []
  const story = await readFile(join(ROOT, 'test/api/tasks/story.test.ts'), 'utf8')
  const lines = example.split('\n').filter((line) => line !== '')
  expect(lines.length).toBeGreaterThan(3)
  expect(lines.filter((line) => !story.includes(line.trim()))).toEqual([])
})

/** The names in a list of the source, as in `const NAMES = ['one', 'two']` or `const NAMES = { one, two }`. */
async function namesIn(file: string, list: RegExp): Promise<string[]> {
  const text = list.exec(await readFile(join(ROOT, file), 'utf8'))?.[1] ?? ''
  return [...text.matchAll(/\w+/g)].map(([name]) => name)
}

test('every bench has a row in test/bench/README.md and a section in FIGURES.md, and every trial a row in test/README.md', async () => {
  const benches = await namesIn('test/bench/main.ts', /const NAMES = \[([^\]]*)\]/)
  const trials = await namesIn('test/trials/main.ts', /const TRIALS = \{([^}]*)\}/)
  expect(benches.length).toBeGreaterThan(5)
  expect(trials.length).toBeGreaterThan(5)
  const missing = [
    ...benches.filter((name) => !pages.get('test/bench/README.md')?.includes(`| \`${name}\` |`)),
    ...benches.filter((name) => !pages.get('test/bench/FIGURES.md')?.includes(`\n## ${name}\n`)),
    ...trials.filter((name) => !pages.get('test/README.md')?.includes(`| \`${name}\` |`)),
  ]
  expect(missing).toEqual([])
})

test('a recorded bench replaces its own section of FIGURES.md', () => {
  const page = '# Figures\n\n## chat\n\nOld.\n\n## list\n\nKept.\n'
  expect(withSection(page, 'chat', 'New.')).toBe('# Figures\n\n## chat\n\nNew.\n\n## list\n\nKept.\n')
  expect(withSection(page, 'list', 'New.')).toBe('# Figures\n\n## chat\n\nOld.\n\n## list\n\nNew.\n')
  expect(withSection(page, 'log', 'New.')).toBe(`${page}\n## log\n\nNew.\n`)
})
