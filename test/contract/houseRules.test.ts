/** Rules of the house that a machine can check. One that cannot fail a test is advice, and stands in the README. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** Who may import whom: a file imports its own layer and those below it. The first pattern that fits names the layer. */
const LAYERS: [name: string, pattern: RegExp][] = [
  ['process', /^(src\/(main|worker|grant)|prisma\/seed)\.ts$/],
  ['app', /^src\/app\.ts$/],
  ['http', /^src\/http\//],
  ['schema', /^src\/api\/schema\.ts$/],
  ['declarations', /\.graphql\.ts$/],
  ['graphql', /^src\/(graphql|engine|api)\//],
  ['background', /^src\/background\//],
  [
    'ground',
    /^src\/(db|domain|cache|embeddedPostgres|jobs|(config(Schemas)?|testedVersions)\.ts|payments\/provider\.ts)/,
  ],
  ['statements', /\.sql\.ts$/],
  ['rules', /^src\//],
]
// From the outermost to the innermost.
const ORDER = [
  'process',
  'app',
  'http',
  'schema',
  'declarations',
  'background',
  'graphql',
  'rules',
  'statements',
  'ground',
]

const layerOf = (path: string): string => LAYERS.find(([, pattern]) => pattern.test(path))?.[0] ?? 'outside'

/** The feature that a file belongs to; the streams read the log of events. */
const featureOf = (path: string): string => path.split('/')[1]?.replace('streams', 'events') ?? ''

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('db/generated/'))
    .sort()
}

const sources = new Map<string, string>()
for (const path of await filesBelow('src')) sources.set(path, await readFile(join(ROOT, path), 'utf8'))

const offences = (isOffence: (path: string, text: string) => boolean): string[] =>
  [...sources].filter(([path, text]) => isOffence(path, text)).map(([path]) => path)

const withoutComments = (text: string): string => text.replace(/\/\*[^*][\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b(?! type)[^']*'(\.[^']+)'/gm)]
    .map(([, target]) => relative(ROOT, resolve(ROOT, dirname(path), String(target))))
    .filter((target) => !target.includes('db/generated/'))
}

/** What SQL is there, whoever wrote it: a column that a newer server adds must not change what an older one is given. */
test('no statement takes whatever columns there are', () => {
  const takesAll = /\b(select|returning)\s+\*|\bselect\b[^;`]*?[\w}]\.\*/
  expect(offences((_, text) => takesAll.test(withoutComments(text)))).toEqual([])
})

describe('imports', () => {
  test('go one way', () => {
    const wrong: string[] = []
    for (const [path, text] of sources) {
      for (const target of importsOf(path, text)) {
        if (ORDER.indexOf(layerOf(target)) < ORDER.indexOf(layerOf(path))) wrong.push(`${path} -> ${target}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('never reach the statements of another feature', () => {
    const wrong: string[] = []
    for (const [path, text] of sources) {
      for (const target of importsOf(path, text)) {
        if (target.endsWith('.sql.ts') && featureOf(target) !== featureOf(path)) wrong.push(`${path} -> ${target}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

test('only src/config.ts reads the environment', () => {
  expect(offences((path, text) => path !== 'src/config.ts' && withoutComments(text).includes('process.env'))).toEqual(
    [],
  )
})

test('nothing calls a synchronous file or crypto function', () => {
  const sync =
    /\b(?:read|write|append|copy|rm|mkdir|stat|exists|unlink|open|exec|execFile|spawn|pbkdf2|scrypt|hash|verify)\w*Sync\(/
  expect(offences((_path, text) => sync.test(withoutComments(text)))).toEqual([])
})

test('files of declarations hold no SQL', () => {
  expect(
    offences((path, text) => layerOf(path) === 'declarations' && /\.(rows|row|run)(<[^`]*>)?`/.test(text)),
  ).toEqual([])
})

test('what a request remembers is made by its loaders, which forget it when a mutation changes something', () => {
  const makers = offences((_path, text) => /new DataLoader\b/.test(withoutComments(text)))
  expect(makers.length).toBeGreaterThan(5)
  const importers = [...sources]
    .filter(([path, text]) => importsOf(path, text).some((target) => makers.includes(target)))
    .map(([path]) => path)
  // A stream of the queue reads by a loader of its own, which remembers nothing.
  expect(importers).toEqual(['src/api/loaders.ts', 'src/streams/supportStreams.graphql.ts'])
})

test('rules know no GraphQL and no HTTP', () => {
  expect(
    offences(
      (path, text) =>
        ['rules', 'statements'].includes(layerOf(path)) &&
        /from '(graphql|graphql-yoga|@pothos\/|node:http)/.test(text),
    ),
  ).toEqual([])
})

test('no left-overs', () => {
  expect(
    offences((_path, text) =>
      /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|expect-error|nocheck)|biome-ignore|\bas any\b|: any\b/.test(text),
    ),
  ).toEqual([])
})

test('no file is named after nothing', () => {
  expect(offences((path) => /(util|helper|manager|common|misc|data|(?<!Resolve)info)s?\.ts$/i.test(path))).toEqual([])
})

test('every exported function says what it promises', () => {
  const bare: string[] = []
  for (const [path, text] of sources) {
    if (path.endsWith('.sql.ts')) continue
    for (const match of text.matchAll(/^(.*)\n(?:.*\n)?export (?:async )?function\*? (\w+)/gm)) {
      const before = text.slice(0, match.index + match[0].lastIndexOf('export')).trimEnd()
      if (!before.endsWith('*/')) bare.push(`${path}: ${match[2]}`)
    }
  }
  expect(bare).toEqual([])
})
