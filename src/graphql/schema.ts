/** The schema: every file that declares a part of it, and nothing else. */
import './scalars.ts'
import './commonTypes.ts'
import './node.graphql.ts'
import '../accounts/accounts.graphql.ts'
import '../tasks/tasks.graphql.ts'
import '../tasks/applications.graphql.ts'
import '../tasks/categories.graphql.ts'
import '../chats/messages.graphql.ts'
import '../chats/chats.graphql.ts'
import '../chats/chatLists.graphql.ts'
import '../transfers/holds.graphql.ts'
import '../transfers/transfers.graphql.ts'
import '../payments/sandbox.graphql.ts'
import { builder } from './builder.ts'

export const schema = builder.toSchema()
