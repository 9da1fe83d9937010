/** Everything that time alone does. */
import type { Timer } from './timer.ts'

export const allTimers: readonly Timer[] = []
