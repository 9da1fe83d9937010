/** Runs the TypeScript compiler on small files: what must not compile is tested too. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** Returns a function that compiles files, each under its name, and returns the errors of each by that name. */
export function useCompiler(): (files: Record<string, string>) => Promise<Record<string, string>> {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(ROOT, 'dist/compiled-')) // As deep as this folder, and ignored by git.
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return (files) => compile(folder, files)
}

async function compile(folder: string, files: Record<string, string>): Promise<Record<string, string>> {
  const names = Object.keys(files)
  for (const name of names) await writeFile(join(folder, `${name}.ts`), files[name] ?? '')
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    include: [`${folder}/*.ts`],
    exclude: [], // What is built is left out otherwise.
    compilerOptions: { noEmit: true, incremental: false, noUnusedLocals: false },
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const run = promisify(execFile)(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: ROOT })
  const output = await run.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )
  const errors = output.split(/\n(?! )/) // What follows indented explains the line before it.
  return Object.fromEntries(
    names.map((name) => [name, errors.filter((error) => error.includes(`/${name}.ts(`)).join('\n')]),
  )
}
