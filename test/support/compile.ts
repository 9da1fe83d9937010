/** Compiles small files and returns the errors, for tests of what must not compile. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const ROOT = resolve(import.meta.dirname, '../..')

/** The errors in each of these files, by its name. Imports are relative to a folder such as test/types. */
export async function complaints(files: Record<string, string>): Promise<Record<string, string>> {
  // As deep as test/types, and ignored by git.
  const folder = await mkdtemp(join(ROOT, 'dist/compiled-'))
  try {
    return await compile(folder, files)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compile(folder: string, files: Record<string, string>): Promise<Record<string, string>> {
  const names = Object.keys(files)
  for (const name of names) await writeFile(join(folder, `${name}.ts`), files[name] ?? '')
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    include: [`${folder}/*.ts`],
    exclude: [], // The default excludes dist.
    compilerOptions: { noEmit: true, incremental: false, noUnusedLocals: false },
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const run = promisify(execFile)(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: ROOT })
  const output = await run.then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  )
  const errors = output.split(/\n(?! )/) // Indented lines explain the line before them.
  return Object.fromEntries(
    names.map((name) => [name, errors.filter((error) => error.includes(`/${name}.ts(`)).join('\n')]),
  )
}
