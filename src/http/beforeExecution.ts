/** What a Yoga plugin is told before an operation of any kind is executed, and how it prevents that. */
import type { ExecutionArgs, ExecutionResult } from 'graphql'

export interface BeforeExecution {
  args: ExecutionArgs
  setResultAndStopExecution: (result: ExecutionResult) => void
}
