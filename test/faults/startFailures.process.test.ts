/** A start that cannot succeed fails at once, with one sentence that says what to do. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { messageOf } from '../../src/embeddedPostgres/embeddedError.ts'
import { openStore } from '../../src/files/store/openFiles.ts'
import { refuseUnusableStore } from '../../src/refuseUnusableStore.ts'
import { sentenceOf } from '../../src/startFailure.ts'
import { createDatabase, type TestDatabase } from '../support/servers/database.ts'
import { S3_CREDENTIALS, startS3 } from '../support/servers/s3Server.ts'

const ROOT = join(import.meta.dirname, '../..')
const NOWHERE = 'postgres://errand:pass-word@127.0.0.1:9/errand'

let folder: string
let database: TestDatabase
let other: Server
let busyPort: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'errand-start-'))
  database = await createDatabase()
  other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  busyPort = (other.address() as AddressInfo).port
})
afterAll(async () => {
  other.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs a program that must fail to start, and returns its standard error. */
async function failureOf(command: readonly string[], environment: Record<string, string>) {
  const [program = '', ...words] = command
  const env = {
    PATH: String(process.env.PATH),
    HOST: '127.0.0.1',
    PORT: '0',
    AUTH_SECRET: 'a secret of more than thirty-two bytes',
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: database.connectionString,
    ...environment,
  }
  const child = spawn(program, words, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (piece) => {
    said += piece
  })
  const [code] = await once(child, 'close')
  return { code, said }
}

const program = (name: 'main' | 'worker') => [process.execPath, '--import', 'tsx', join(ROOT, 'src', `${name}.ts`)]
const sentence = (said: string) => ({ code: 1, said: `${said}\n` })

describe('a busy port', () => {
  const inUse = () =>
    `Port ${busyPort} of 127.0.0.1 is in use: stop the program that uses it, or set PORT to another port.`

  test('is reported before the database is connected', async () => {
    const environment = { PORT: String(busyPort), DATABASE_URL: NOWHERE }
    expect(await failureOf(program('main'), environment)).toEqual(sentence(inUse()))
  })

  test('is reported by `npm start` and `npm run dev` before the build, with or without a shell that has exec', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    for (const name of ['start', 'dev']) {
      const environment = { PORT: String(busyPort), DATABASE_URL: NOWHERE }
      expect(await failureOf(['sh', '-c', scripts[name]], environment)).toEqual(sentence(inUse()))
      const withoutExec = await failureOf(['bash', '-c', `enable -n exec; ${scripts[name]}`], environment)
      expect(withoutExec).toEqual({ code: 1, said: expect.stringMatching(/^bash: .*exec: .*\n.*\n$/) })
      expect(withoutExec.said).toContain(inUse())
    }
  })
})

describe('the file store', () => {
  test.each(['main', 'worker'] as const)('in a read-only folder makes %s fail', async (name) => {
    await writeFile(join(folder, 'file'), '')
    const files = join(folder, 'file', 'files')
    expect(await failureOf(program(name), { FILES_DIR: files })).toEqual(
      sentence(
        `The folder for files, ${files}, cannot be written (ENOTDIR): fix this, or set FILES_DIR to another folder.`,
      ),
    )
  })

  test('needs a writable folder for uploads in progress', async () => {
    await writeFile(join(folder, 'file'), '')
    const data = join(folder, 'file', 'data')
    expect(await refusalOf({ DATA_DIR: data, FILES_DIR: join(folder, 'files') })).toBe(
      `The folder for uploads in progress, in ${data}, cannot be written (ENOTDIR): fix this, or set DATA_DIR to another folder.`,
    )
  })

  test('leaves no file in the folder after the check', async () => {
    const files = join(folder, 'good')
    expect(await refusalOf({ DATA_DIR: folder, FILES_DIR: files })).toBeUndefined()
    const kept = await readdir(files, { recursive: true, withFileTypes: true })
    expect(kept.filter((entry) => entry.isFile())).toEqual([])
  })

  test('reports wrong settings of S3 with the error of S3', async () => {
    const s3 = await startS3({ directory: join(folder, 's3'), bucket: 'errand' })
    const right = {
      DATA_DIR: folder,
      S3_BUCKET: 'errand',
      S3_ENDPOINT: s3.endpoint,
      S3_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
      S3_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
    }
    const advice = 'check S3_BUCKET, S3_REGION, S3_ENDPOINT and the keys, which must allow put, get, delete and list.'
    try {
      expect(await refusalOf(right)).toBeUndefined()
      expect(await refusalOf({ ...right, S3_BUCKET: 'other' })).toBe(
        `The bucket other at ${s3.endpoint} does not accept files (The bucket is not there.): ${advice}`,
      )
      expect(await refusalOf({ ...right, S3_ACCESS_KEY_ID: 'SOMEBODY' })).toBe(
        `The bucket errand at ${s3.endpoint} does not accept files (InvalidAccessKeyId, 403): ${advice}`,
      )
    } finally {
      await s3.stop()
    }
    expect(await refusalOf(right)).toBe(
      `The bucket errand at ${s3.endpoint} does not accept files (ECONNREFUSED): ${advice}`,
    )
  })
})

/** Returns the start failure for these variables, if any. */
async function refusalOf(environment: Record<string, string>): Promise<string | undefined> {
  const config = readConfig(environment)
  return refuseUnusableStore(openStore(config), config).then(() => undefined, sentenceOf)
}

test('reports the reason of a failed initdb, not its clean-up messages', () => {
  const written = [
    'running bootstrap script ... 2026-11-30 03:47:24.536 UTC [17184] FATAL:  could not write to file "pg_wal/xlogtemp.17184": No space left on device',
    'child process exited with exit code 1',
    'initdb: removing data directory "/full/cluster"',
  ]
  const reason = 'could not write to file "pg_wal/xlogtemp.17184": No space left on device'
  expect(messageOf(Object.assign(new Error('Command failed'), { stderr: `${written.join('\n')}\n` }))).toBe(reason)
  const denied = 'initdb: error: could not create directory "/full/cluster": No space left on device\n'
  expect(messageOf(Object.assign(new Error('Command failed'), { stderr: denied }))).toBe(
    'could not create directory "/full/cluster": No space left on device',
  )
  expect(messageOf(new Error('spawn initdb ENOENT.'))).toBe('spawn initdb ENOENT')
})
