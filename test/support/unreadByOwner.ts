/** What the triggers on messages and reading marks keep, for worlds that are written while triggers are off. */
export const COUNT_UNREAD_OWN = `
  update chat_participants participant
  set unread_own = (
    select count(*)
    from messages
    where chat_id = participant.chat_id
      and author_id = participant.user_id
      and sequence > participant.last_read_sequence
  )`
