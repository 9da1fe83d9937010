/** Idempotency keys: generated once for each call, and the same in all retries. */
import type { Operation } from './operation.ts'

/** Adds a key to the input of the variables, unless the caller has set one. Returns no key if the operation takes none. */
export function withKey(
  operation: Pick<Operation<unknown, unknown>, 'takesKey'>,
  variables: unknown,
): { variables: unknown; key: string | undefined } {
  if (!operation.takesKey || typeof variables !== 'object' || variables === null || !('input' in variables))
    return { variables, key: undefined }
  const input = variables.input as { idempotencyKey?: string | null }
  const key = input.idempotencyKey ?? makeKey()
  return { variables: { ...variables, input: { ...input, idempotencyKey: key } }, key }
}

/** Returns 128 random bits. Not `randomUUID`, which browsers provide in secure contexts only. */
export function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
