/** Notifications, endpoints of webhooks and their deliveries of the large world. Few are due, and only later. */
export const OUTGOING = `
  insert into webhook_endpoints (id, owner_id, url, sealed_secret, secret_hint, created_at, platform, enabled, deleted_at)
  select
    world_id(created_at, 'endpoint' || n), id, 'https://example.com/', 'a', 'abcd', created_at, n % 300 = 0, n % 100 <> 1,
    case when n % 1000 = 1 then errand_now() end
  from world_people join users using (id);

  insert into webhook_deliveries (
    id, endpoint_id, event_id, subject_id, position, status, created_at, due_at, attempt_count, first_attempt_at, ended_at
  )
  select
    world_id(occurred_at, 'delivery' || entry.event_id || endpoint.id), endpoint.id, entry.event_id,
    coalesce(event.chat_id, event.transfer_id, event.task_id), entry.position,
    (case when waits then 'PENDING' else 'SUCCEEDED' end)::webhook_delivery_status, occurred_at,
    case when waits then errand_now() + interval '1 hour' end, case when waits then 0 else 1 end,
    case when not waits then occurred_at end, case when not waits then errand_now() - interval '1 hour' end
  from (
    select user_id, event_id, position, position % 50 = 0 as waits
    from feed_entries
    order by position desc
    limit 30000
  ) entry
  join events event on event.id = entry.event_id
  join webhook_endpoints endpoint on endpoint.owner_id = entry.user_id and endpoint.enabled;

  insert into notifications (id, user_id, kind, words, event_id, in_feed, created_at, read_at, mail_due_at, mail_frequency)
  select
    world_id(errand_now() - interval '1 day', 'notification' || entry.event_id || user_id), user_id, 'DISPUTE', 'disputeOpened',
    entry.event_id, true, errand_now() - interval '1 day', case when position % 20 > 0 then errand_now() end,
    case when position % 100 = 0 then errand_now() + interval '1 hour' end,
    case when position % 100 = 0 then 'DAILY'::notification_frequency end
  from (
    select user_id, event_id, position
    from feed_entries
    join events on events.id = event_id and events.kind = 'TASK'
    order by position desc
    limit 30000
  ) entry;

  insert into webhook_attempts (delivery_id, number, at, duration_ms, status_code)
  select id, 1, ended_at, 20, 204
  from webhook_deliveries
  where ended_at is not null;

  insert into notification_settings (user_id, kind, channel, frequency)
  select id, kind, 'EMAIL', 'NEVER'
  from world_people
  cross join unnest(array['REVIEW', 'DISPUTE']::notification_kind[]) as chosen (kind);

  insert into message_waits (chat_id, user_id, event_id, due_at)
  select participant.chat_id, user_id, event.id, errand_now() + interval '1 hour'
  from chat_participants participant
  cross join lateral (
    select id
    from events
    where chat_id = participant.chat_id
    order by sequence
    limit 1
  ) event
  limit 5000;

  insert into chat_watchers (chat_id, user_id, until)
  select chat_id, user_id, clock_timestamp() + interval '1 hour'
  from chat_participants
  limit 5000;

  update event_readers
  set position = (select max(position) - 5 from event_positions)`
