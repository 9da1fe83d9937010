/** Results are unions: a success, or one refusal as typed data. These make the compiler ask for all of them. */
import { RefusedError } from './failures.ts'

interface Member {
  readonly __typename: string
}

/** The member of a union that has this name, also where members that look alike share one type. */
export type MemberOf<Result extends Member, Name extends Result['__typename']> = Result extends Member
  ? Name extends Result['__typename']
    ? Result & { readonly __typename: Name }
    : never
  : never

/** A function for each member of the result. */
type Handlers<Result extends Member> = {
  [Name in Result['__typename']]: (member: MemberOf<Result, Name>) => unknown
}

/** What every operation selects of a refusal, and of no success. */
interface Refusal {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
}

/** The members of a result that are no refusal. */
export type SuccessOf<Result> = Exclude<Result, Refusal>

/** The refusals of a result. */
export type RefusalOf<Result> = Extract<Result, Refusal>

/**
 * Calls the function for the member that came and gives what it gives. Each member must have one: a refusal that is
 * forgotten does not compile, nor does a function for what is no member.
 * Throws for a member that only a newer server knows.
 */
export function match<Result extends Member, Given extends Handlers<Result>>(
  result: Result,
  handlers: Given & { readonly [Name in Exclude<keyof Given, Result['__typename']>]: never },
): ReturnType<Given[keyof Given & Result['__typename']]> {
  const name: Result['__typename'] = result.__typename
  if (!Object.hasOwn(handlers, name))
    throw new Error(`This version of the SDK does not know ${name}: take a newer one.`)
  const functions: Handlers<Result> = handlers
  return functions[name](result as MemberOf<Result, typeof name>) as ReturnType<Given[typeof name]>
}

/** The success; throws RefusedError with the refusal when it is one, for code that has nothing to say about refusals. */
export function orThrow<Result extends Member>(result: Result): SuccessOf<Result> {
  if (isRefusal(result)) throw new RefusedError(result)
  return result as SuccessOf<Result>
}

/** Whether the result is a refusal; otherwise it is the success. */
export function isRefusal<Result extends Member>(result: Result): result is RefusalOf<Result> {
  return 'retryable' in result && 'code' in result
}

/** For the `default` of a switch over `__typename`: compiles only when no member is left. */
export function unreachable(member: never): never {
  throw new Error(`This version of the SDK does not know ${JSON.stringify(member)}: take a newer one.`)
}
