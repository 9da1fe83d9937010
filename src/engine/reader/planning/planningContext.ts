/** A request whose fields are being planned, and whether anything but who asks has decided what they select. */
import type { GraphQLResolveInfo } from 'graphql'

export class PlanningContext {
  readonly context: object
  readonly info: GraphQLResolveInfo
  /** Who asks, or nobody who has signed in; undefined where the context does not say. */
  readonly viewer: object | null | undefined
  /** Set once a field has arguments of the request, or looks at anything else in its context than who asks. */
  varies = false
  #watched: object | undefined

  constructor(context: object, info: GraphQLResolveInfo) {
    this.context = context
    this.info = info
    this.viewer = 'caller' in context ? (context.caller as object | null) : undefined
  }

  /** The context for a field that may not vary so far. */
  get watched(): object {
    if (this.varies || this.viewer === undefined) return this.context
    this.#watched ??= new Proxy(this.context, new ContextProbe(this))
    return this.#watched
  }
}

class ContextProbe implements ProxyHandler<object> {
  readonly #request: PlanningContext

  constructor(request: PlanningContext) {
    this.#request = request
  }

  get(context: object, name: string | symbol): unknown {
    if (name !== 'caller') this.#request.varies = true
    return Reflect.get(context, name)
  }

  has(context: object, name: string | symbol): boolean {
    this.#request.varies = true
    return Reflect.has(context, name)
  }

  ownKeys(context: object): (string | symbol)[] {
    this.#request.varies = true
    return Reflect.ownKeys(context)
  }

  getOwnPropertyDescriptor(context: object, name: string | symbol): PropertyDescriptor | undefined {
    this.#request.varies = true
    return Reflect.getOwnPropertyDescriptor(context, name)
  }
}
