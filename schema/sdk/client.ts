/**
 * The client of one person: it sends generated documents and gives their typed answers. It needs nothing but what
 * Node.js 20 and browsers have.
 */
import { dataOf, isUnauthenticated } from './answer.ts'
import { NoAnswerError } from './failures.ts'
import { SignInDocument, type SignInMutation } from './generated.ts'
import { withKey } from './keys.ts'
import { detachFiles } from './multipart.ts'
import type { Operation, VariablesOf } from './operation.ts'
import { type Page, type PageVariables, pagesOf } from './pages.ts'
import { answerOf, openStream, type Progress, sendRequest } from './request.ts'
import { withRetries } from './retry.ts'
import { endSession } from './signOut.ts'
import { type Subscription, subscribe } from './subscription.ts'
import { keepTokens, type Tokens } from './tokens.ts'
import { sourceOf } from './uploadable.ts'

// Its answer is given twice within a minute, for one that got lost; a third time would end the session.
const REFRESH_ATTEMPTS_MAX = 2

export interface ClientOptions {
  /** The GraphQL endpoint, e.g. `http://127.0.0.1:4000/graphql`. */
  url: string
  /** The access token of the person who sends; absent for somebody who is not signed in. */
  token?: string | undefined
  /** With it the client goes on by itself when the access token has expired, or begins where there is none. */
  refreshToken?: string | undefined
  /** Gets the new tokens after a refresh, and is awaited before they are used: store them here. */
  onTokens?: ((tokens: Tokens) => unknown) | undefined
}

export interface SendOptions {
  /** Ends the request; its reason is what `send` then throws. What was asked for may have been done. */
  signal?: AbortSignal
  /** Is told how far an upload has got. */
  onProgress?: (progress: Progress) => void
}

export interface FollowOptions {
  /** Ends the subscription; its reason is what the iterator then throws. */
  signal?: AbortSignal
}

type Arguments<Variables, Options> =
  Record<never, never> extends Variables
    ? [variables?: VariablesOf<Variables>, options?: Options]
    : [variables: VariablesOf<Variables>, options?: Options]

export interface Client {
  /**
   * Sends a query or mutation and gives its data. A query, or a mutation that takes a key, is sent again when no answer came
   * or the server was busy, with the same key; files among the variables are uploaded.
   * Throws RequestError when the answer has errors, NoAnswerError when none came.
   */
  send<Data, Variables>(document: Operation<Data, Variables>, ...rest: Arguments<Variables, SendOptions>): Promise<Data>
  /**
   * Follows a subscription: from `after`, or from now. Cut, it goes on after the last cursor. Everything is given, heartbeats
   * too; at ResyncRequired read again what you show, then take the next item: the subscription goes on after `latest`.
   */
  follow<Data, Variables>(
    document: Operation<Data, Variables>,
    ...rest: Arguments<Variables, FollowOptions>
  ): Subscription<Data>
  /** Every page of a list, each asked for when the one before has been taken. `listOf` finds the list in the data. */
  pages<Data, Variables extends PageVariables, List extends Page>(
    document: Operation<Data, Variables>,
    variables: Variables,
    listOf: (data: Data) => List | null | undefined,
  ): AsyncGenerator<List>
  /** Every entry of a list, over all its pages. */
  nodes<Data, Variables extends PageVariables, Node>(
    document: Operation<Data, Variables>,
    variables: Variables,
    listOf: (data: Data) => Page<Node> | null | undefined,
  ): AsyncGenerator<Node>
  /**
   * Ends the session of this client's tokens, on the server too, and forgets them: what is sent from then on is sent as nobody.
   * Does nothing more where the session has ended already. When no answer comes it throws, keeps the tokens, and can be called again.
   */
  signOut(): Promise<void>
}

/** A client for one person, or for nobody where there is no token. */
export function createClient({ url, token, refreshToken, onTokens }: ClientOptions): Client {
  const tokens = keepTokens({ token, refreshToken, onTokens, signIn })

  async function signIn(from: string): Promise<SignInMutation['signIn']> {
    const variables = { input: { refreshToken: from } }
    const request = { url, token: undefined, text: SignInDocument.text, variables }
    const answer = await withRetries(() => sendRequest(request), {
      isSafe: true,
      attemptsMax: REFRESH_ATTEMPTS_MAX,
    })
    return dataOf<SignInMutation>(answer).signIn
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
      const request = { url, text: document.text, variables, ...options }
      const answer = await sendRequest({ ...request, token: used })
      if (!isRepeatable || !isUnauthenticated(answer) || !(await tokens.renew(used))) return answer
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
      refusalOf: answerOf,
      renewToken: () => tokens.renew(used),
    }
    return subscribe(source, { after: given.after ?? undefined, signal })
  }

  const client: Client = {
    send: (document, ...[variables, options = {}]) => send(document, variables, options),
    follow: (document, ...[variables, options = {}]) => follow(document, { ...variables }, options),
    pages(document, variables, listOf) {
      const read = async (place: PageVariables) => listOf(await send(document, { ...variables, ...place }, {}))
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
