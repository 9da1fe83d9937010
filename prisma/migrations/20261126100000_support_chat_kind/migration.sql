-- A second kind of chat. It stands alone: a new value of an enum cannot be used in the transaction that adds it.

alter type chat_kind add value 'SUPPORT';
