/** Everything that time alone does. */
import { sessionTimers } from '../accounts/sessionTimers.ts'
import { chatTimers } from '../chats/chatTimers.ts'
import type { Config } from '../config.ts'
import { supportTimers } from '../support/supportTimers.ts'
import { taskTimers } from '../tasks/taskTimers.ts'
import { moneyTimers } from '../transfers/moneyTimers.ts'
import type { Timer } from './timer.ts'

/** The timers of a server with this configuration. */
export const timersOf = (config: Pick<Config, 'support' | 'supportQueue'>): readonly Timer[] => [
  ...taskTimers,
  ...moneyTimers,
  ...chatTimers,
  ...supportTimers(config),
  ...sessionTimers,
]
