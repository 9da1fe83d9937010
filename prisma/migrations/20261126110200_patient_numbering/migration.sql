-- Whoever waits for a lock gives up after two seconds, but the numberer waits for others who number: a thousand events at a time,
-- which may take long on a machine that is busy. It takes no time.

alter function number_events(boolean) set lock_timeout = '8s';
