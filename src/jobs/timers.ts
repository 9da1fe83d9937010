/** Everything that time alone does. */
import { chatTimers } from '../chats/chatTimers.ts'
import { taskTimers } from '../tasks/taskTimers.ts'
import { moneyTimers } from '../transfers/moneyTimers.ts'
import type { Timer } from './timer.ts'

export const allTimers: readonly Timer[] = [...taskTimers, ...moneyTimers, ...chatTimers]
