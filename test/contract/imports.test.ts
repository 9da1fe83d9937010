/** Which folder of src may import which: one direction, types included. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** From the lowest to the highest: a folder imports itself and what stands before it. */
const FLOORS = [
  'testedVersions',
  'db',
  'domain',
  'cache',
  'config',
  'payments/provider',
  'jobs',
  'events',
  'engine',
  'visibility',
  'graphql',
  'payments',
  'files',
  'accounts',
  'chats',
  'tasks',
  'transfers',
  'tasks/applications',
  'tasks/actions',
  'support',
  'streams',
  'background',
  'api',
  'examples',
  'embeddedPostgres',
  'http',
  'processes',
]

/** Imports that run back up, each with its reason. One that is gone must leave this table. */
const EXCEPTIONS: Record<string, string> = {
  'transfers -> tasks/actions':
    'Money that arrives for a suspended tasker opens their task again, in the same transaction.',
}

const CONFIGURATION: ReadonlySet<string> = new Set(['config.ts', 'configSchemas.ts', 'packageRoot.ts'])

/** The folder of a file. Files directly in src are the processes, but for the configuration, which lower folders read. */
function folderOf(path: string): string {
  const [, folder = '', room, file] = path.split('/')
  if (folder === 'testedVersions.ts') return 'testedVersions'
  if (room === undefined) return CONFIGURATION.has(folder) ? 'config' : 'processes'
  if (folder === 'tasks' && file !== undefined) return `tasks/${room}`
  return folder === 'payments' && room === 'provider.ts' ? 'payments/provider' : folder
}

interface Import {
  from: string
  to: string
}

async function importsOf(path: string): Promise<Import[]> {
  const text = await readFile(join(ROOT, path), 'utf8')
  return [...text.matchAll(/^(?:import|export)\b[^']*?'(\.[^']+)'/gm)]
    .map(([, target]) => ({ from: path, to: relative(ROOT, resolve(ROOT, dirname(path), String(target))) }))
    .filter(({ to }) => to.startsWith('src/') && !to.includes('/generated/'))
}

const files = (await readdir(join(ROOT, 'src'), { recursive: true }))
  .filter((name) => name.endsWith('.ts') && !name.includes('generated/'))
  .map((name) => `src/${name}`)
const imports = (await Promise.all(files.map(importsOf))).flat()

const floorOf = (path: string): number => FLOORS.indexOf(folderOf(path))

/** The circles among these: sets in which each reaches each other (Tarjan's strongly connected components, by reachability). */
function circles(edges: readonly (readonly [string, string])[]): string[][] {
  const next = new Map<string, Set<string>>()
  for (const [from, to] of edges) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to))
  const reachedFrom = (start: string): Set<string> => {
    const seen = new Set<string>()
    const waiting = [start]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const to of next.get(at) ?? []) if (!seen.has(to)) waiting.push(to) && seen.add(to)
    }
    return seen
  }
  const reached = new Map([...next.keys()].map((node) => [node, reachedFrom(node)]))
  const inCircle = [...reached].filter(([node, seen]) => seen.has(node)).map(([node]) => node)
  const found = inCircle.map((node) =>
    inCircle.filter((other) => reached.get(node)?.has(other) && reached.get(other)?.has(node)),
  )
  return [...new Map(found.map((circle) => [circle.sort().join(), circle])).values()]
}

describe('imports between folders, types included', () => {
  test('every folder has its floor', () => {
    const strangers = files.filter((path) => floorOf(path) < 0)
    expect(strangers).toEqual([])
  })

  test('run down, but for exceptions that have a reason', () => {
    const up = imports.filter(({ from, to }) => floorOf(from) < floorOf(to))
    const arrows = new Set(up.map(({ from, to }) => `${folderOf(from)} -> ${folderOf(to)}`))
    expect([...arrows].sort()).toEqual(Object.keys(EXCEPTIONS).sort())
  })

  test('make one circle of folders, which the exception closes', () => {
    const found = circles(imports.map(({ from, to }) => [folderOf(from), folderOf(to)] as const))
    expect(found).toEqual([['tasks/actions', 'transfers']])
  })

  test('make no circles of files', () => {
    expect(circles(imports.map(({ from, to }) => [from, to] as const))).toEqual([])
  })
})
