/** A fetch whose answers have at most a megabyte, and which follows no redirect. The caller's signal bounds its time. */
const BYTES_MAX = 1_048_576

type Fetch = (url: string, options: object) => Promise<Response>

/** For calls to a provider of sign-ins: metadata, keys and tokens are far smaller. */
export const boundedFetch: Fetch = async (url, options) => {
  const response = await fetch(url, { ...options, redirect: 'manual' })
  if (!response.body) return response
  const { status, statusText, headers } = response
  return new Response(response.body.pipeThrough(limitedTo(BYTES_MAX)), { status, statusText, headers })
}

function limitedTo(bytesMax: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > bytesMax) controller.error(new TypeError('The answer is too large.'))
      else controller.enqueue(chunk)
    },
  })
}
