/** House rules that a test can check. A rule that no test can check is advice, and belongs into the contributor guide. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** The layers: a file imports its own layer and lower ones. The first pattern that matches determines the layer. */
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
    /^src\/(db|domain|cache|embeddedPostgres|jobs|(config(Schemas)?|environmentVariables|testedVersions)\.ts|payments\/port)/,
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

/** Returns the feature of a file. The streams count to the events, because they read the event log. */
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

/** The hand-written files that clients read. */
const clientSources = new Map<string, string>()
for (const folder of ['schema/sdk', 'schema/operations']) {
  for (const name of await readdir(join(ROOT, folder))) {
    if (/\.(ts|graphql)$/.test(name) && name !== 'generated.ts')
      clientSources.set(`${folder}/${name}`, await readFile(join(ROOT, folder, name), 'utf8'))
  }
}

const offences = (isOffence: (path: string, text: string) => boolean): string[] =>
  [...sources].filter(([path, text]) => isOffence(path, text)).map(([path]) => path)

const withoutComments = (text: string): string => text.replace(/\/\*[^*][\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b(?! type)[^']*'(\.[^']+)'/gm)]
    .map(([, target]) => relative(ROOT, resolve(ROOT, dirname(path), String(target))))
    .filter((target) => !target.includes('db/generated/'))
}

/** A column that a newer server adds must not change the rows that an older one reads. */
test('no statement selects all columns', () => {
  const selectsAll = /\b(select|returning)\s+\*|\bselect\b[^;`]*?[\w}]\.\*/
  expect(offences((_, text) => selectsAll.test(withoutComments(text)))).toEqual([])
})

describe('imports', () => {
  test('go from higher to lower layers', () => {
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

test('declarations contain no SQL', () => {
  expect(
    offences((path, text) => layerOf(path) === 'declarations' && /\.(rows|row|run)(<[^`]*>)?`/.test(text)),
  ).toEqual([])
})

test('only the loaders of a request cache rows, because a mutation must invalidate all of them', () => {
  const makers = offences((_path, text) => /new DataLoader\b/.test(withoutComments(text)))
  expect(makers.length).toBeGreaterThan(5)
  const importers = [...sources]
    .filter(([path, text]) => importsOf(path, text).some((target) => makers.includes(target)))
    .map(([path]) => path)
  // The queue stream uses a loader without a cache.
  expect(importers).toEqual(['src/api/loaders.ts', 'src/streams/supportStreams.graphql.ts'])
})

/** The client of endpoints of webhooks, which is no part of the server. */
const HTTP_CLIENT = 'src/webhooks/sendRequest.ts'

test('rules import neither GraphQL nor HTTP', () => {
  expect(
    offences(
      (path, text) =>
        path !== HTTP_CLIENT &&
        ['rules', 'statements'].includes(layerOf(path)) &&
        /from '(graphql|graphql-yoga|@pothos\/|node:http)/.test(text),
    ),
  ).toEqual([])
})

test('no left-over markers or suppressions', () => {
  expect(
    offences((_path, text) =>
      /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|expect-error|nocheck)|biome-ignore|\bas any\b|: any\b/.test(text),
    ),
  ).toEqual([])
})

test('no file has a vague name', () => {
  expect(offences((path) => /(util|helper|manager|common|misc|data|(?<!Resolve)info)s?\.ts$/i.test(path))).toEqual([])
})

/** Files whose constants need no doc comment: a GraphQL description or the schema of an input mutation says the same. */
const SELF_DESCRIBED = /\.graphql\.ts$|\/(inputSchemas|errors)\.ts$/

test('every exported function, class and constant has a doc comment', () => {
  const bare: string[] = []
  for (const [path, text] of sources) {
    if (path.endsWith('.sql.ts')) continue
    const exported = [...text.matchAll(/^export (?:abstract )?(?:async )?(function\*?|class|const) (\w+)/gm)]
    // The header of a file describes its only export.
    const isDescribed = SELF_DESCRIBED.test(path) || (exported.length === 1 && text.startsWith('/**'))
    for (const { 1: kind = '', 2: name, index } of exported) {
      const isExempt = isDescribed && !kind.startsWith('function')
      if (!isExempt && !text.slice(0, index).trimEnd().endsWith('*/')) bare.push(`${path}: ${name}`)
    }
  }
  expect(bare).toEqual([])
})

describe('the language of comments and texts', () => {
  // Vague or archaic words, which are hard to read for second-language readers, and never the term that a reader searches for.
  const AVOIDED =
    /\b(who(m?)ever|whatever|whichever|anew|of whose|who asks|what is asked|beneath|meanwhile|deeds?|mend(ed|s)?|the very)\b/i

  test('has no words that the glossary avoids', () => {
    const found = [...sources, ...clientSources].flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => (AVOIDED.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    )
    expect(found).toEqual([])
  })

  test('begins doc comments with a noun or a verb, not with a relative clause', () => {
    const found = [...sources, ...clientSources].flatMap(([path, text]) =>
      [...text.matchAll(/\/\*\*[\s*]*((?:What|Who|Whom|Whose|How|Whether)\b.*)/g)].map(
        ([, line]) => `${path}: ${line}`,
      ),
    )
    expect(found).toEqual([])
  })
})

describe('size', () => {
  const LINES_MAX = 350
  const FILES_MAX = 27

  test('source files have at most 350 lines', () => {
    const long = [...sources].map(([path, text]) => [path, text.split('\n').length - 1] as const)
    expect(long.filter(([, lines]) => lines > LINES_MAX)).toEqual([])
  })

  test('folders have at most 27 files of their own', async () => {
    const counts = new Map<string, number>()
    for (const path of [...sources.keys(), ...(await filesBelow('test'))]) {
      counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
    }
    expect([...counts].filter(([, count]) => count > FILES_MAX)).toEqual([])
  })
})
