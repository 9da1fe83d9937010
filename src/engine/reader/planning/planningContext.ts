/** The request for which fields are planned. Finds out whether a plan depends on anything but the viewer. */
import type { GraphQLResolveInfo } from 'graphql'

export class PlanningContext {
  readonly context: object
  readonly info: GraphQLResolveInfo
  /** The viewer, or null if not signed in; undefined if the context has no viewer. */
  readonly viewer: object | null | undefined
  /** True once a field has used arguments of the request, or read anything of its context but the viewer. */
  isRequestDependent = false
  #probedContext: object | undefined

  constructor(context: object, info: GraphQLResolveInfo) {
    this.context = context
    this.info = info
    this.viewer = 'caller' in context ? (context.caller as object | null) : undefined
  }

  /** The context for a `select` function, watched as long as its plan is not request-dependent. */
  get probedContext(): object {
    if (this.isRequestDependent || this.viewer === undefined) return this.context
    this.#probedContext ??= new Proxy(this.context, new ContextProbe(this))
    return this.#probedContext
  }
}

class ContextProbe implements ProxyHandler<object> {
  readonly #planning: PlanningContext

  constructor(planning: PlanningContext) {
    this.#planning = planning
  }

  get(context: object, name: string | symbol): unknown {
    if (name !== 'caller') this.#planning.isRequestDependent = true
    return Reflect.get(context, name)
  }

  has(context: object, name: string | symbol): boolean {
    this.#planning.isRequestDependent = true
    return Reflect.has(context, name)
  }

  ownKeys(context: object): (string | symbol)[] {
    this.#planning.isRequestDependent = true
    return Reflect.ownKeys(context)
  }

  getOwnPropertyDescriptor(context: object, name: string | symbol): PropertyDescriptor | undefined {
    this.#planning.isRequestDependent = true
    return Reflect.getOwnPropertyDescriptor(context, name)
  }
}
