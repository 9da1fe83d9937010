/** A step is one operation of the SDK, sent many times. Later steps use the objects that it creates. */
import type { Operation } from '../../../schema/sdk/index.ts'
import type { BenchGround } from '../ground.ts'
import type { Shot } from '../load.ts'

export interface Person {
  /** The public id. */
  id: string
  token: string
}

export interface Step {
  operation: string
  /** Distinguishes steps of the same operation. */
  variant: string
  requests: number
  shot: (index: number) => Shot
}

/** Between steps: waits for the worker, or reads the objects of the next steps. */
export type Pause = () => Promise<void>

export type Play = readonly (Step | Pause)[]

/** Shared by all steps. */
export interface Stage {
  ground: BenchGround
  /** Default number of requests of a step. */
  requests: number
  /** People of the world who have posted many busy tasks. */
  posters: readonly Person[]
  taskers: readonly Person[]
  agents: readonly Person[]
  finance: Person
  admins: readonly Person[]
}

interface Request<Data, Variables> {
  /** The sender; an anonymous one when absent. */
  by?: Person | undefined
  variables: Variables
  keep?: (data: Data) => void
}

/** Sends the document once for each index. The variables are made when the request is sent. */
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

// A refusal or an empty answer is quicker than the work and must not be measured.
function dataOf<Data>(operation: string, text: string): Data {
  const { data, errors } = JSON.parse(text) as { data: Record<string, unknown> | null; errors?: unknown }
  const [field] = Object.values(data ?? {})
  const isRefusal = typeof field === 'object' && field !== null && 'retryable' in field
  if (errors || field === null || field === undefined || isRefusal) {
    throw new Error(`${operation} was not done: ${text.slice(0, 500)}`)
  }
  return data as Data
}

/** Returns the item at this index, starting over after the last. */
export function inTurn<Thing>(things: readonly Thing[], index: number): Thing {
  const thing = things[index % things.length]
  if (thing === undefined) throw new Error('There is nothing to take in turn.')
  return thing
}
