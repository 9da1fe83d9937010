/** Yoga plugins that check a request before parsing: JSON by POST or a query by GET, and CSRF prevention. */
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import { BodyTooLarge, readBody } from './body.ts'
import { preventCsrf } from './csrfPrevention.ts'
import { DOCUMENT_ID } from './persistedDocuments.ts'
import { requestError } from './responses/requestErrors.ts'

/** The longest body: a hundred times the longest legitimate request. Uploads have limits of their own. */
export const BODY_BYTES_MAX = 1_000_000
const MULTIPART_TYPE = /^multipart\/form-data *(?:;|$)/i
const NO_ENCODING = /^(?:identity)?$/i
/** Matches the content types of JSON requests. */
export const JSON_TYPE = /^application\/(?:graphql\+)?json *(?:;|$)/i

type Parsed = GraphQLParams | GraphQLParams[] | Response
type Parser = (request: Request) => Parsed | PromiseLike<Parsed>

/** Returns the plugins in order: CSRF prevention first, so that the body of a forged request is never read. */
export function checkRequestBody(): Plugin[] {
  const bodyChecks: Plugin = {
    onRequestParse({ request, requestParser, setRequestParser }) {
      if (request.method === 'POST' && !isMultipart(request.headers)) {
        refuseUnlessReadable(request.headers)
        setRequestParser(parsePost)
      } else if (request.method === 'GET' && requestParser) {
        setRequestParser((one) => parseGet(one, requestParser))
      }
    },
  }
  return [preventCsrf(), bodyChecks]
}

/** True if a request is multipart; then the uploads plugin parses it. */
export const isMultipart = (headers: Headers): boolean => MULTIPART_TYPE.test(headers.get('content-type') ?? '')

function refuseUnlessReadable(headers: Headers): void {
  if (!JSON_TYPE.test(headers.get('content-type') ?? '')) {
    throw requestError('BAD_REQUEST', { status: 415, message: 'Send the request as application/json.' })
  }
  if (!NO_ENCODING.test(headers.get('content-encoding') ?? '')) {
    throw requestError('BAD_REQUEST', { status: 415, message: 'Send the request without a Content-Encoding.' })
  }
  if (Number(headers.get('content-length')) > BODY_BYTES_MAX) throw bodyTooLarge()
}

const bodyTooLarge = () =>
  requestError('BAD_REQUEST', { status: 413, message: `A request body can have at most ${BODY_BYTES_MAX} bytes.` })

async function parsePost({ body }: Request): Promise<GraphQLParams> {
  try {
    const bytes = body ? await readBody(body, BODY_BYTES_MAX) : Buffer.alloc(0)
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof parsed !== 'object' || parsed === null) throw new SyntaxError('A request is an object.')
    return parsed
  } catch (error) {
    if (error instanceof BodyTooLarge) throw bodyTooLarge()
    // Not UTF-8, not JSON, or the client disconnected before the end of the body.
    throw requestError('BAD_REQUEST', { message: 'The request body is not a JSON object in UTF-8.' })
  }
}

// Yoga's parser drops the parameter of a persisted document.
async function parseGet(request: Request, parser: Parser): Promise<Parsed> {
  try {
    const documentId = new URL(request.url).searchParams.get(DOCUMENT_ID) || undefined
    return { ...(await parser(request)), ...(documentId !== undefined && { documentId }) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw requestError('BAD_REQUEST', { message: 'The `variables` or `extensions` parameter is not valid JSON.' })
  }
}
