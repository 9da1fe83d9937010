/** Computes the counts that triggers on messages and read marks maintain, for worlds that are inserted without triggers. */
export const COUNT_UNREAD_BY_OWNER = `
  update chat_participants participant
  set unread_own = (
    select count(*)
    from messages
    where chat_id = participant.chat_id
      and author_id = participant.user_id
      and sequence > participant.last_read_sequence
  )`
