/** Registers the hooks between features. Each process that changes data imports this file once. */
import { observeAccounts } from '../accounts/accountObservers.ts'
import { registerSupportChatRules } from '../chats/chatRules.ts'
import { releaseAgentIfLost } from '../support/agents/releaseAgent.ts'
import { callerRoleIn } from '../support/lockSupportChat.ts'
import { admitSupportMessage } from '../support/supportMessage.ts'
import { lockTasksToRelease, releaseTasksOf } from '../tasks/actions/releaseTasksOf.ts'
import { wakeTransfersOf } from '../transfers/transfers/wakeTransfers.ts'

observeAccounts([
  { beforeSuspension: lockTasksToRelease, onSuspended: releaseTasksOf },
  { onPayable: wakeTransfersOf },
  {
    async onAccessLost(tx, change) {
      await releaseAgentIfLost(tx, change)
    },
  },
])

registerSupportChatRules({
  mayRead: async (database, chat, caller) => (await callerRoleIn(database, chat, caller)) !== undefined,
  admitMessage: admitSupportMessage,
})
