/** The initial tabs of GraphiQL: how to sign in, and the operations of the SDK, one tab per file. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DefinitionNode, type FragmentDefinitionNode, Kind, parse, print, visit } from 'graphql'
import type { GraphiQLOptions } from 'graphql-yoga'
import type { SavedOperation } from '../../examples/savedOperations.ts'
import { packageRoot } from '../../packageRoot.ts'
import { type ListedOperation, NEW_KEY } from './graphiqlScript.ts'

const OPERATIONS = join(packageRoot, 'schema/operations')
const FILES_MAX = 20 // One tab each; more would be too narrow to distinguish.
/** The initial text of the header editor. */
export const HEADERS = '{\n  "authorization": "Bearer "\n}\n'

const WELCOME = `# Welcome to Errand.
#
# Sign in: run the mutation below, with the triangle or with
# Ctrl-Enter. From then on this page sends the token of the
# last sign-in with every request, until you reload the page.
# To act as another person, sign in as them, or enter their
# token in the tab Headers below, which takes precedence:
#
#   { "authorization": "Bearer <accessToken>" }
#
# Saved operations (the list at the top right) open in their
# own tabs, with variables that work in the demo world; the
# list shows who may run them. Mutations get a new idempotency
# key in each run; enter a fixed key to see a replay.
# The other tabs contain every operation, by subject.
# Files are uploaded with curl: the README shows how.

mutation SignInToDemo {
  signIn(input: { password: { email: "poster@demo.test", password: "demo-password-1" } }) {
    __typename
    ... on AuthPayload {
      accessToken
      refreshToken
      expiresAt
    }
    ... on Error {
      code
      message
    }
  }
}`

type Tab = NonNullable<GraphiQLOptions['defaultTabs']>[number]

interface OperationFile {
  text: string
  definitions: readonly DefinitionNode[]
}

/** The operations of the SDK, prepared for GraphiQL. */
export class GraphiqlOperations {
  readonly #files: OperationFile[]
  readonly #fragments: Map<string, FragmentDefinitionNode>

  private constructor(files: OperationFile[]) {
    this.#files = files
    const fragments = files.flatMap(({ definitions }) => definitions.filter(isFragment))
    this.#fragments = new Map(fragments.map((one) => [one.name.value, one]))
  }

  static async read(): Promise<GraphiqlOperations> {
    const names = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql')).sort()
    const texts = await Promise.all(names.slice(0, FILES_MAX).map((name) => readFile(join(OPERATIONS, name), 'utf8')))
    return new GraphiqlOperations(texts.map((text) => ({ text, definitions: parse(text).definitions })))
  }

  /** The tabs: how to sign in, then one for each file of operations. */
  get tabs(): Tab[] {
    const files = this.#files.filter(({ definitions }) => definitions.some((one) => !isFragment(one)))
    return [
      { query: WELCOME, headers: HEADERS },
      ...files.map(({ text, definitions }) => ({
        query: this.#withFragments(text.trim(), definitions),
        headers: HEADERS,
      })),
    ]
  }

  /** Returns the saved operations with their texts, for the list. */
  withTexts(saved: readonly SavedOperation[]): ListedOperation[] {
    return saved.map(({ operation, title, as, variables }) => ({
      title,
      group: as ? `As the ${as}` : 'Without signing in',
      query: this.textOf(operation),
      variables: JSON.stringify(withNewKey(variables), null, 2),
    }))
  }

  /** Returns an operation by name, with the fragments that it needs. */
  textOf(operation: string): string {
    const definitions = this.#files.flatMap((file) => file.definitions)
    const found = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION && one.name?.value === operation)
    if (!found) throw new Error(`There is no operation ${operation}.`)
    return this.#withFragments(print(found), [found])
  }

  #withFragments(text: string, definitions: readonly DefinitionNode[]): string {
    const missing = missingIn(definitions, this.#fragments)
    return [text, ...missing.map((one) => print(one))].join('\n\n')
  }
}

/** Replaces the idempotency key of the variables, if there is one, with the placeholder NEW_KEY. */
function withNewKey({ input, ...others }: Record<string, unknown>): Record<string, unknown> {
  if (typeof input !== 'object' || input === null) return { ...(input !== undefined && { input }), ...others }
  return { input: { ...input, ...('idempotencyKey' in input && { idempotencyKey: NEW_KEY }) }, ...others }
}

const isFragment = (definition: DefinitionNode): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION

/** Returns the fragments that these definitions spread, directly or indirectly, but do not include. */
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
