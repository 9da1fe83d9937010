/** A step is one operation of the SDK, sent many times; what it leaves is what later steps are about. */
import type { Operation } from '../../../schema/sdk/index.ts'
import type { BenchGround } from '../ground.ts'
import type { Shot } from '../load.ts'

export interface Person {
  /** As clients see it. */
  id: string
  token: string
}

export interface Step {
  operation: string
  /** What tells it from others of the same operation. */
  variant: string
  requests: number
  shot: (index: number) => Shot
}

/** Between steps: waits until the worker has done its part, or looks up what the next steps are about. */
export type Pause = () => Promise<void>

export type Play = readonly (Step | Pause)[]

/** What all steps stand on. */
export interface Stage {
  ground: BenchGround
  /** How many requests a step has, unless it says otherwise. */
  requests: number
  /** People of the world, who have posted much that is much talked about. */
  posters: readonly Person[]
  taskers: readonly Person[]
  agents: readonly Person[]
  finance: Person
  admins: readonly Person[]
}

interface Request<Data, Variables> {
  /** Who sends it; nobody who is signed in, when absent. */
  by?: Person | undefined
  variables: Variables
  keep?: (data: Data) => void
}

/** Sends the document once for each index; what a request is about is asked when its turn comes. */
export function step<Data, Variables>(
  document: Operation<Data, Variables>,
  requests: number,
  request: (index: number) => Request<Data, Variables>,
  variant = '',
): Step {
  return {
    operation: document.name,
    variant,
    requests,
    shot(index) {
      const { by, variables, keep } = request(index)
      const take = (text: string): void => {
        const data = dataOf<Data>(document.name, text)
        keep?.(data)
      }
      return { body: JSON.stringify({ query: document.text, variables }), take, ...(by && { token: by.token }) }
    },
  }
}

// A refusal is quicker than the work, and an empty answer is too: neither may be measured.
function dataOf<Data>(operation: string, text: string): Data {
  const { data, errors } = JSON.parse(text) as { data: Record<string, unknown> | null; errors?: unknown }
  const [field] = Object.values(data ?? {})
  const isRefusal = typeof field === 'object' && field !== null && 'retryable' in field
  if (errors || field === null || field === undefined || isRefusal) {
    throw new Error(`${operation} was not done: ${text.slice(0, 500)}`)
  }
  return data as Data
}

/** The one at this place, beginning again after the last. */
export function inTurn<Thing>(things: readonly Thing[], index: number): Thing {
  const thing = things[index % things.length]
  if (thing === undefined) throw new Error('There is nothing to take in turn.')
  return thing
}
