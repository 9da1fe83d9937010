/** GraphiQL as one page that asks nobody but this server, with the operations of the SDK ready in tabs and saved ones to run. */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { SavedOperation } from '../../examples/savedOperations.ts'
import { CSRF_HEADER } from '../csrfPrevention.ts'
import { graphiqlScript } from './graphiqlScript.ts'
import { GraphiqlOperations, HEADERS } from './graphiqlTabs.ts'

const TITLE = 'Errand'

interface Page {
  compressed: Buffer
  contentSecurityPolicy: string
}

export interface Graphiql {
  /** Is it a browser that opens the page, rather than a client that sends a query? */
  isWanted(request: IncomingMessage): boolean
  send(response: ServerResponse): Promise<void>
}

type ReadSaved = () => Promise<SavedOperation[]>

/** GraphiQL, ready to be sent. The page is made when it is first asked for: it has 9 MB, which a server that nobody looks at need not hold. */
export function makeGraphiql({ savedOperations }: { savedOperations: ReadSaved }): Graphiql {
  let page: Promise<Page> | undefined
  return {
    isWanted: ({ method, headers }) => method === 'GET' && headers.accept?.includes('text/html') === true,
    async send(response) {
      page ??= makePage(savedOperations).catch((error) => {
        page = undefined // The next one may find the database again.
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

async function makePage(savedOperations: ReadSaved): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const operations = await GraphiqlOperations.read()
  const html = renderGraphiQL({
    title: TITLE,
    defaultTabs: operations.tabs,
    defaultEditorToolsVisibility: 'headers',
    headers: HEADERS,
    shouldPersistHeaders: false, // A token does not belong into the browser's storage.
    additionalHeaders: { [CSRF_HEADER]: '1' },
  }).replace('globalAPI: false', 'globalAPI: true') // So that the list of saved operations reaches the editors.
  const own = graphiqlScript(operations.withTexts(await savedOperations()))
  const whole = html.replace('<script>', () => `<script>${own}</script>\n      <script>`)
  return { compressed: await promisify(gzip)(whole), contentSecurityPolicy: policyFor([own, scriptOf(html)]) }
}

function scriptOf(html: string): string {
  const begin = html.indexOf('<script>') + '<script>'.length
  return html.slice(begin, html.lastIndexOf('</script>'))
}

/** These scripts, known by their hashes, and the workers that they make; nothing from elsewhere, and in nobody's frame. */
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
