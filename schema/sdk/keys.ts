/** Idempotency keys: made once for each mutation that takes one, and the same over all tries. */
import type { Operation } from './operation.ts'

/** The variables with a key in their input, and the key; the caller's own is kept. No key where the operation takes none. */
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

/** 128 random bits. Not `randomUUID`: a browser has that on secure pages only. */
export function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
