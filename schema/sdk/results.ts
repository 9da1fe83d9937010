/** Functions for result unions (a payload, or one refusal as typed data) that make the compiler check for all members. */
import { RefusedError } from './failures.ts'

interface UnionMember {
  readonly __typename: string
}

/** The member of a union with this name, even if structurally equal members share one type. */
export type MemberOf<Result extends UnionMember, Name extends Result['__typename']> = Result extends UnionMember
  ? Name extends Result['__typename']
    ? Result & { readonly __typename: Name }
    : never
  : never

/** One function for each member of the result. */
type Handlers<Result extends UnionMember> = {
  [Name in Result['__typename']]: (member: MemberOf<Result, Name>) => unknown
}

/** The fields that every operation selects of refusals, and of no payload. */
interface RefusalShape {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
}

/** The members of a result that are not refusals. */
export type SuccessOf<Result> = Exclude<Result, RefusalShape>

/** The refusals of a result. */
export type RefusalOf<Result> = Extract<Result, RefusalShape>

/**
 * Calls the function for the member of the result, and returns its value. A missing function, or one for an unknown member,
 * does not compile. Throws for a member that only a newer server has.
 */
export function match<Result extends UnionMember, Given extends Handlers<Result>>(
  result: Result,
  handlers: Given & { readonly [Name in Exclude<keyof Given, Result['__typename']>]: never },
): ReturnType<Given[keyof Given & Result['__typename']]> {
  const name: Result['__typename'] = result.__typename
  if (!Object.hasOwn(handlers, name))
    throw new Error(`This version of the SDK does not support ${name}. Update the SDK.`)
  const functions: Handlers<Result> = handlers
  return functions[name](result as MemberOf<Result, typeof name>) as ReturnType<Given[typeof name]>
}

/** Returns the payload. Throws RefusedError if the result is a refusal, for code that does not handle refusals. */
export function orThrow<Result extends UnionMember>(result: Result): SuccessOf<Result> {
  if (isRefusal(result)) throw new RefusedError(result)
  return result as SuccessOf<Result>
}

/** True if the result is a refusal; otherwise it is the payload. */
export function isRefusal<Result extends UnionMember>(result: Result): result is RefusalOf<Result> {
  return 'retryable' in result && 'code' in result
}

/** For the `default` case of a switch over `__typename`: compiles only if all members are handled. */
export function unreachable(member: never): never {
  throw new Error(`This version of the SDK does not support ${JSON.stringify(member)}. Update the SDK.`)
}
