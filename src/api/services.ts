/** Adds the ports of features to the type of the context, because `src/graphql` imports no feature. */
import type { OpenIdProviders } from '../accounts/openId/openIdProviders.ts'
import type { RelyingParty } from '../accounts/secondFactors/relyingParty.ts'
import type { ChatWatchers } from '../chats/chatWatchers.ts'
import type { CurrentFeeRule } from '../fees/currentFeeRule.ts'
import type { Files } from '../files/files.ts'
import type { NotificationStreams } from '../notifications/notificationStreams.ts'
import type { EventStreams } from '../streams/eventStreams.ts'
import type { StatementLinks } from '../transfers/ledger/statements/statementLinks.ts'

declare module '../graphql/services.ts' {
  interface Services {
    events: EventStreams
    chatWatchers: ChatWatchers
    notifications: NotificationStreams
    files: Files
    openIdProviders: OpenIdProviders
    feeRules: CurrentFeeRule
    statementLinks: StatementLinks
    /** The relying party of passkeys. */
    relyingParty: () => RelyingParty
  }
}
