/** Timers for tests of the worker: rows in a table of their own, each done once, when it is due. */
import type { Database } from '../../src/db/client.ts'
import { readClock } from '../../src/db/clock.ts'
import { type Tx, withTransaction } from '../../src/db/transaction.ts'
import type { Timer } from '../../src/jobs/timer.ts'

export interface DoneRow {
  label: string
  dueAt: Date
  doneAt: Date
}

/** Creates the table of due rows. */
export async function createDueTable(database: Database): Promise<void> {
  await database.run`
    /* testDueThings */
    create table due_things (
      timer text not null,
      label text primary key,
      due_at timestamptz(3) not null,
      done_at timestamptz(3),
      done_count integer not null default 0,
      sequence bigint
    )`
  await database.run`/* testDueSequence */ create sequence due_things_done`
}

/** Inserts a row for the timer of this name, due after `inMs` on the server's clock. */
export async function addDueRow(
  database: Database,
  { timer, label, inMs }: { timer: string; label: string; inMs: number },
): Promise<void> {
  await database.run`
    /* testDueThing */
    insert into due_things (timer, label, due_at)
    values (${timer}, ${label}, errand_now() + make_interval(secs => ${inMs / 1000}::float8))`
}

/** Returns the rows that are done, in the order of execution. */
export const doneRows = (database: Database) => database.rows<DoneRow>`
  /* testDoneThings */
  select label, due_at, done_at
  from due_things
  where done_at is not null
  order by sequence`

/** Returns the timer of this name; `whenDone` runs in the transaction of each row. */
export function dueTimer(name: string, whenDone: (tx: Tx, label: string) => Promise<void> = async () => {}): Timer {
  return {
    name,
    async nextDue(database) {
      const row = await database.row<{ dueAt: Date | null }>`
        /* testNextDue */
        select min(due_at) as due_at
        from due_things
        where timer = ${name}
          and done_at is null`
      return row?.dueAt ?? null
    },
    async runDue({ database }, limit) {
      let count = 0
      while (count < limit && (await doOne(database, name, whenDone))) count++
      return count
    },
  }
}

function doOne(
  database: Database,
  timer: string,
  whenDone: (tx: Tx, label: string) => Promise<void>,
): Promise<boolean> {
  return withTransaction(database, async (tx) => {
    const thing = await tx.row<{ label: string }>`
      /* testLockDue */
      select label
      from due_things
      where timer = ${timer}
        and done_at is null
        and due_at <= errand_now()
      order by due_at
      limit 1
      for update skip locked`
    if (!thing) return false
    await tx.run`
      /* testDoThing */
      update due_things
      set done_at = ${await readClock(tx)}, done_count = done_count + 1, sequence = nextval('due_things_done')
      where label = ${thing.label}`
    await whenDone(tx, thing.label)
    return true
  })
}
