-- The last slow operations of all servers, for administrators: numbers and names, no variables and no texts. A server writes them in
-- batches after the answers, and deletes those beyond the last thousands, so the table stays small.

create table slow_operations (
  id uuid primary key,
  at timestamptz(3) not null,
  operation_name text,
  document_hash text not null,
  duration_ms integer not null,
  sql_count integer not null,
  sql_ms integer not null,
  pool_wait_ms integer not null,
  event_loop_delay_ms integer not null,
  error_count integer not null,
  request_id text not null,
  viewer_id uuid references users (id),
  constraint a_document_hash_is_sha256_in_hexadecimal check (document_hash ~ '^[0-9a-f]{64}$'),
  constraint an_operation_name_has_at_most_100_characters check (length(operation_name) <= 100),
  constraint a_duration_is_not_negative check (
    least(duration_ms, sql_count, sql_ms, pool_wait_ms, event_loop_delay_ms, error_count) >= 0
  )
);

create index slow_operations_at_idx on slow_operations (at desc, id desc);
