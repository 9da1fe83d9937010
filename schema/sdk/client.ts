/** The client of one person: sends generated documents, and returns typed data. Has no dependencies; needs Node.js 20 or a browser. */

import { NoAnswerError } from './failures.ts'
import { SignInDocument, type SignInMutation } from './generated.ts'
import { dataOf, isUnauthenticated } from './graphqlResponse.ts'
import { withKey } from './keys.ts'
import { detachFiles } from './multipart.ts'
import type { Operation, VariablesOf } from './operation.ts'
import { type Page, type PageVariables, pagesOf } from './pages.ts'
import { openStream, type Progress, readResponse, sendRequest } from './request.ts'
import { withRetries } from './retry.ts'
import { endSession } from './signOut.ts'
import { type Subscription, subscribe } from './subscription.ts'
import { keepTokens, type Tokens } from './tokens.ts'
import { sourceOf } from './uploadable.ts'

// The server accepts a used refresh token a second time within a minute, in case its response was lost; a third use ends the session.
const REFRESH_ATTEMPTS_MAX = 2

export interface ClientOptions {
  /** The GraphQL endpoint, e.g. `http://127.0.0.1:4000/graphql`. */
  url: string
  /** The access token; absent for an anonymous client. */
  token?: string | undefined
  /** Renews an expired or absent access token automatically. */
  refreshToken?: string | undefined
  /** Called with the new tokens after each refresh, and awaited before they are used. Store them here. */
  onTokens?: ((tokens: Tokens) => unknown) | undefined
  /** Sends hashes of documents instead of their texts, by Apollo's protocol for persisted queries. False by default. */
  persisted?: boolean | undefined
}

export interface SendOptions {
  /** Aborts the request; `send` then throws its reason. The server may have executed the operation. */
  signal?: AbortSignal
  /** Called with the progress of an upload. */
  onProgress?: (progress: Progress) => void
}

export interface FollowOptions {
  /** Ends the subscription; the iterator then throws its reason. */
  signal?: AbortSignal
}

type Arguments<Variables, Options> =
  Record<never, never> extends Variables
    ? [variables?: VariablesOf<Variables>, options?: Options]
    : [variables: VariablesOf<Variables>, options?: Options]

export interface Client {
  /**
   * Sends a query or mutation, and returns its data. Retries queries, and mutations with an idempotency key (always the same),
   * if no response arrived or the server was overloaded. Uploads files among the variables.
   * Throws RequestError if the response has errors, NoAnswerError if none arrived.
   */
  send<Data, Variables>(document: Operation<Data, Variables>, ...rest: Arguments<Variables, SendOptions>): Promise<Data>
  /**
   * Follows a subscription from the cursor `after`, or from now. After a disconnect it resumes from the last cursor. Yields
   * every item, including heartbeats. On ResyncRequired, reload what you display, then continue: the subscription resumes
   * after `latest`.
   */
  follow<Data, Variables>(
    document: Operation<Data, Variables>,
    ...rest: Arguments<Variables, FollowOptions>
  ): Subscription<Data>
  /** Yields every page of a list, and requests each page on demand. `listOf` returns the list from the data. */
  pages<Data, Variables extends PageVariables, List extends Page>(
    document: Operation<Data, Variables>,
    variables: Variables,
    listOf: (data: Data) => List | null | undefined,
  ): AsyncGenerator<List>
  /** Yields every entry of a list, over all pages. */
  nodes<Data, Variables extends PageVariables, Node>(
    document: Operation<Data, Variables>,
    variables: Variables,
    listOf: (data: Data) => Page<Node> | null | undefined,
  ): AsyncGenerator<Node>
  /**
   * Ends the session on the server, and drops the tokens: later requests are anonymous. Succeeds if the session has ended
   * already. If no response arrives, it throws and keeps the tokens, so that it can be called again.
   */
  signOut(): Promise<void>
}

/** Returns a client for one person, or an anonymous client without a token. */
export function createClient({ url, token, refreshToken, onTokens, persisted = false }: ClientOptions): Client {
  const tokens = keepTokens({ token, refreshToken, onTokens, signIn })

  async function signIn(from: string): Promise<SignInMutation['signIn']> {
    const variables = { input: { refreshToken: from } }
    const request = { url, token: undefined, text: SignInDocument.text, variables }
    const response = await withRetries(() => sendRequest(request), {
      isSafe: true,
      attemptsMax: REFRESH_ATTEMPTS_MAX,
    })
    return dataOf<SignInMutation>(response).signIn
  }

  async function send<Data, Variables>(
    document: Operation<Data, Variables>,
    given: unknown,
    options: SendOptions,
  ): Promise<Data> {
    const { variables, key } = withKey(document, given)
    const isRepeatable = detachFiles(variables).files.every(({ file }) => sourceOf(file).isRepeatable)
    const attempt = async () => {
      const used = await tokens.currentOrNew()
      const request = { url, text: document.text, variables, persisted, ...options }
      const response = await sendRequest({ ...request, token: used })
      if (!isRepeatable || !isUnauthenticated(response) || !(await tokens.renew(used))) return response
      return sendRequest({ ...request, token: tokens.current() })
    }
    const isSafe = isRepeatable && (document.kind === 'query' || key !== undefined)
    try {
      return dataOf<Data>(await withRetries(attempt, { isSafe, ...options }), key)
    } catch (error) {
      throw error instanceof NoAnswerError
        ? new NoAnswerError(error.message, { cause: error.cause, idempotencyKey: key })
        : error
    }
  }

  function follow<Data, Variables>(
    document: Operation<Data, Variables>,
    given: { after?: string | null },
    { signal }: FollowOptions,
  ): Subscription<Data> {
    let used: string | undefined
    const source = {
      async open(after: string | undefined, ending: AbortSignal) {
        used = await tokens.currentOrNew()
        const variables = { ...given, ...(after !== undefined && { after }) }
        return openStream({ url, token: used, text: document.text, variables }, ending)
      },
      readRefusal: readResponse,
      renewToken: () => tokens.renew(used),
    }
    return subscribe(source, { after: given.after ?? undefined, signal })
  }

  const client: Client = {
    send: (document, ...[variables, options = {}]) => send(document, variables, options),
    follow: (document, ...[variables, options = {}]) => follow(document, { ...variables }, options),
    pages(document, variables, listOf) {
      const read = async (page: PageVariables) => listOf(await send(document, { ...variables, ...page }, {}))
      return pagesOf(read, variables)
    },
    async *nodes(document, variables, listOf) {
      for await (const { nodes } of client.pages(document, variables, listOf)) yield* nodes
    },
    async signOut() {
      if ((await tokens.currentOrNew()) !== undefined) await endSession(client)
      tokens.forget()
    },
  }
  return client
}
