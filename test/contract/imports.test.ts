/** The order of the folders of src: imports go in one direction, types included. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** From the lowest to the highest: a folder imports itself and earlier ones. */
const FOLDERS = [
  'testedVersions',
  'db',
  'domain',
  'cache',
  'config',
  'payments/port',
  'jobs',
  'events',
  'audit',
  'mail',
  'engine',
  'visibility',
  'graphql',
  'payments',
  'files',
  'accounts',
  'fees',
  'slowOperations',
  'chats',
  'tasks',
  'transfers',
  'tasks/applications',
  'reviews',
  'tasks/actions',
  'support',
  'disputes',
  'chargebacks',
  'reconciliation',
  'streams',
  'webhooks',
  'notifications',
  'background',
  'api',
  'examples',
  'embeddedPostgres',
  'http',
  'processes',
]

/** Imports of a later folder, each with its reason. Remove an entry with its last import. */
const EXCEPTIONS: Record<string, string> = {
  'transfers -> tasks/actions':
    'Money that arrives for a suspended tasker opens their task again, in the same transaction.',
}

const CONFIGURATION: ReadonlySet<string> = new Set([
  'config.ts',
  'configSchemas.ts',
  'environmentVariables.ts',
  'packageRoot.ts',
])

/** The folder of a file. Files directly in src are the processes, but for the configuration, which lower folders read. */
function folderOf(path: string): string {
  const [, folder = '', room, file] = path.split('/')
  if (folder === 'testedVersions.ts') return 'testedVersions'
  if (room === undefined) return CONFIGURATION.has(folder) ? 'config' : 'processes'
  if (folder === 'tasks' && file !== undefined) return `tasks/${room}`
  return folder === 'payments' && room === 'port' ? 'payments/port' : folder
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

const orderOf = (path: string): number => FOLDERS.indexOf(folderOf(path))

/** Returns the cycles of a graph: its strongly connected components with several nodes, by reachability. */
function cyclesOf(edges: readonly (readonly [string, string])[]): string[][] {
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
  const inCycle = [...reached].filter(([node, seen]) => seen.has(node)).map(([node]) => node)
  const found = inCycle.map((node) =>
    inCycle.filter((other) => reached.get(node)?.has(other) && reached.get(other)?.has(node)),
  )
  return [...new Map(found.map((cycle) => [cycle.sort().join(), cycle])).values()]
}

describe('imports between folders, types included', () => {
  test('every folder has a place in the order', () => {
    const unknown = files.filter((path) => orderOf(path) < 0)
    expect(unknown).toEqual([])
  })

  test('go to earlier folders, except for the listed exceptions', () => {
    const up = imports.filter(({ from, to }) => orderOf(from) < orderOf(to))
    const upward = new Set(up.map(({ from, to }) => `${folderOf(from)} -> ${folderOf(to)}`))
    expect([...upward].sort()).toEqual(Object.keys(EXCEPTIONS).sort())
  })

  test('form one cycle of folders, which the exception closes', () => {
    const found = cyclesOf(imports.map(({ from, to }) => [folderOf(from), folderOf(to)] as const))
    expect(found).toEqual([['tasks/actions', 'transfers']])
  })

  test('form no cycle of files', () => {
    expect(cyclesOf(imports.map(({ from, to }) => [from, to] as const))).toEqual([])
  })
})
