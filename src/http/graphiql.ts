/** GraphiQL as one page that asks nobody but this server, with the operations of the SDK ready in tabs. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type DefinitionNode, type FragmentDefinitionNode, Kind, parse, print, visit } from 'graphql'
import type { GraphiQLOptions } from 'graphql-yoga'
import { packageRoot } from '../packageRoot.ts'
import { CSRF_HEADER } from './requestForm.ts'

const FILES_MAX = 20 // A tab each; more could not be told apart.
const TITLE = 'Errand'
// What the header editor begins with: the place for the token that a sign-in gives.
const HEADERS = '{\n  "authorization": "Bearer "\n}\n'

interface Page {
  compressed: Buffer
  contentSecurityPolicy: string
}

export interface Graphiql {
  /** Is it a browser that opens the page, rather than a client that sends a query? */
  isWanted(request: IncomingMessage): boolean
  send(response: ServerResponse): Promise<void>
}

/** GraphiQL, ready to be sent. The page is made when it is first asked for: it has 9 MB, which a server that nobody looks at need not hold. */
export function makeGraphiql(): Graphiql {
  let page: Promise<Page> | undefined
  return {
    isWanted: ({ method, headers }) => method === 'GET' && headers.accept?.includes('text/html') === true,
    async send(response) {
      page ??= makePage()
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

async function makePage(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const options: GraphiQLOptions = {
    title: TITLE,
    defaultTabs: await readTabs(join(packageRoot, 'schema/operations')),
    defaultEditorToolsVisibility: 'headers',
    headers: HEADERS,
    shouldPersistHeaders: false, // A token does not belong into the browser's storage.
    additionalHeaders: { [CSRF_HEADER]: '1' },
  }
  const html = renderGraphiQL(options)
  return { compressed: await promisify(gzip)(html), contentSecurityPolicy: policyFor(html) }
}

/** Its own script, known by its hash, and the workers that it makes; nothing from elsewhere, and in nobody's frame. */
function policyFor(html: string): string {
  const begin = html.indexOf('<script>') + '<script>'.length
  const script = html.slice(begin, html.lastIndexOf('</script>'))
  const hash = createHash('sha256').update(script).digest('base64')
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
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

type Tab = NonNullable<GraphiQLOptions['defaultTabs']>[number]

/** A tab for each file of operations, with the fragments that they share. */
async function readTabs(directory: string): Promise<Tab[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.graphql')).sort()
  const texts = await Promise.all(names.slice(0, FILES_MAX).map((name) => readFile(join(directory, name), 'utf8')))
  const files = texts.map((text) => ({ text, definitions: parse(text).definitions }))
  const fragments = new Map(
    files.flatMap(({ definitions }) => definitions.filter(isFragment)).map((one) => [one.name.value, one]),
  )
  return files
    .filter(({ definitions }) => definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION))
    .map(({ text, definitions }) => ({
      query: [text.trim(), ...missingIn(definitions, fragments).map((one) => print(one))].join('\n\n'),
      headers: HEADERS,
    }))
}

const isFragment = (definition: DefinitionNode): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION

/** The fragments that these definitions spread, or that those spread, and that they do not have themselves. */
function missingIn(definitions: readonly DefinitionNode[], fragments: Map<string, FragmentDefinitionNode>) {
  const own = new Set(definitions.filter(isFragment))
  const found = new Set<FragmentDefinitionNode>()
  const search = (definition: DefinitionNode) => {
    visit(definition, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value)
        if (!fragment || own.has(fragment) || found.has(fragment)) return
        found.add(fragment)
        search(fragment)
      },
    })
  }
  definitions.forEach(search)
  return [...found]
}
