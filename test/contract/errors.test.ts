/** schema/errors.md lists the same errors as the code. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { errorCatalog } from '../../src/graphql/errors.ts'
import '../../src/api/schema.ts'
import { REQUEST_ERRORS } from '../../src/http/responses/requestErrors.ts'

const page = await readFile(new URL('../../schema/errors.md', import.meta.url), 'utf8')

test('schema/errors.md lists exactly the refusals of the schema', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+Error) \| (yes|no) \| (.+) \|$/gm)]
  const documented = rows.map(([, code, typeName, retryable, description]) => ({
    code,
    typeName,
    retryable: retryable === 'yes',
    description,
  }))
  const byCode = (one: { code?: string | undefined }, other: { code?: string | undefined }) =>
    String(one.code) < String(other.code) ? -1 : 1
  expect(documented.sort(byCode)).toEqual([...errorCatalog].sort(byCode))
})

test('schema/errors.md lists exactly the codes of whole requests', () => {
  const documented = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (yes|no) \|/gm)].map(([, code, status, retryable]) => ({
    code,
    status: Number(status),
    retryable: retryable === 'yes',
  }))
  const actual = Object.entries(REQUEST_ERRORS).map(([code, { status, retryable }]) => ({ code, status, retryable }))
  expect(documented).toEqual(actual)
})
