-- For the timer that folds search texts. At first it has every task; in time it is empty.

create index concurrently tasks_unfolded_idx on tasks (id) where not search_text_folded
