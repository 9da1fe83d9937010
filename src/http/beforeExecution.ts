/** The common part of the payloads of Yoga's `onExecute` and `onSubscribe` hooks. */
import type { ExecutionArgs, ExecutionResult } from 'graphql'

export interface BeforeExecution {
  args: ExecutionArgs
  setResultAndStopExecution: (result: ExecutionResult) => void
}
