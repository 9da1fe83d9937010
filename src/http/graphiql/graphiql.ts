/** GraphiQL as one page without external resources, with the operations of the SDK in tabs, and a list of saved operations. */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { SavedOperation } from '../../examples/savedOperations.ts'
import { CSRF_HEADER } from '../csrfPrevention.ts'
import { graphiqlScript } from './graphiqlScript.ts'
import { GraphiqlOperations, HEADERS } from './graphiqlTabs.ts'

const TITLE = 'Errand'

interface GraphiqlPage {
  compressed: Buffer
  contentSecurityPolicy: string
}

export interface Graphiql {
  /** True if a browser opens the page; false if a client sends a query by GET. */
  isWanted(request: IncomingMessage): boolean
  send(response: ServerResponse): Promise<void>
}

type ReadSavedOperations = () => Promise<SavedOperation[]>

/** Returns GraphiQL. The page has 9 MB, so it is built on the first request for it. */
export function makeGraphiql({ savedOperations }: { savedOperations: ReadSavedOperations }): Graphiql {
  let page: Promise<GraphiqlPage> | undefined
  return {
    isWanted: ({ method, headers }) => method === 'GET' && headers.accept?.includes('text/html') === true,
    async send(response) {
      page ??= makePage(savedOperations).catch((error) => {
        page = undefined // Not cached: the database may be reachable again for the next request.
        throw error
      })
      const { compressed, contentSecurityPolicy } = await page
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-encoding': 'gzip',
        'content-security-policy': contentSecurityPolicy,
      })
      response.end(compressed)
    },
  }
}

async function makePage(savedOperations: ReadSavedOperations): Promise<GraphiqlPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const operations = await GraphiqlOperations.read()
  const html = renderGraphiQL({
    title: TITLE,
    defaultTabs: operations.tabs,
    defaultEditorToolsVisibility: 'headers',
    headers: HEADERS,
    shouldPersistHeaders: false, // Keeps tokens out of the browser's storage.
    additionalHeaders: { [CSRF_HEADER]: '1' },
  }).replace('globalAPI: false', 'globalAPI: true') // Gives graphiqlScript access to the editors.
  const own = graphiqlScript(operations.withTexts(await savedOperations()))
  const whole = html.replace('<script>', () => `<script>${own}</script>\n      <script>`)
  return { compressed: await promisify(gzip)(whole), contentSecurityPolicy: policyFor([own, scriptOf(html)]) }
}

function scriptOf(html: string): string {
  const begin = html.indexOf('<script>') + '<script>'.length
  return html.slice(begin, html.lastIndexOf('</script>'))
}

/** Allows these scripts, by hash, and their workers; no external resources, and no framing. */
function policyFor(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
