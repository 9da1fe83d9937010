/** Everything that time alone does. */
import { taskTimers } from '../tasks/taskTimers.ts'
import type { Timer } from './timer.ts'

export const allTimers: readonly Timer[] = [...taskTimers]
