import type { Statements } from '../db/statements.ts'

/** People watch chats until this time, which is real, because they are connected. */
export const keepWatching = (
  database: Statements,
  { places, forMs }: { places: readonly { chatId: string; userId: string }[]; forMs: number },
) => database.run`
  /* keepWatchingChats */
  insert into chat_watchers (chat_id, user_id, until)
  select chat_id, user_id, clock_timestamp() + ${forMs}::double precision * interval '1 millisecond'
  from unnest(
    ${places.map(({ chatId }) => chatId)}::uuid[],
    ${places.map(({ userId }) => userId)}::uuid[]
  ) as place (chat_id, user_id)
  order by chat_id, user_id
  on conflict (chat_id, user_id) do update set until = greatest(chat_watchers.until, excluded.until)`

export const deleteWatchers = (database: Statements, { limit }: { limit: number }) => database.run`
  /* deleteOldChatWatchers */
  delete from chat_watchers
  where (chat_id, user_id) in (
    select chat_id, user_id
    from chat_watchers
    where until < clock_timestamp() - interval '1 hour'
    order by until
    limit ${limit}
    for update skip locked
  )`
