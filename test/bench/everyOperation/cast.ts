/** The senders of the operations: people of the world with a session each, some of them staff in the bench's copy. */
import { signAccessToken } from '../../../src/accounts/sessions/accessToken.ts'
import { toPublicId } from '../../support/publicIds.ts'
import type { BenchGround } from '../ground.ts'
import type { Person, Stage } from './steps.ts'

const TOKEN_MS = 3 * 3_600_000
const AGENTS = 8
// As many as concurrent requests: a mutation of an administrator locks their own row, so mutations of one wait for each other.
const ADMINS = 32
const FIRST_OF_STAFF = 19_001

/** Returns the people for steps of this many requests. */
export async function castOf(ground: BenchGround, requests: number): Promise<Stage> {
  const { client } = ground
  const roles = ['FINANCE', ...Array(ADMINS).fill('ADMIN'), ...Array(AGENTS).fill('AGENT')]
  await client.query(
    `update users
    set roles = array['USER', staff.role]::role[]
    from unnest($1::text[]) with ordinality as staff (role, place)
    join bench_people on n = $2 + place - 1
    where users.id = bench_people.id`,
    [roles, FIRST_OF_STAFF],
  )
  const [finance, ...others] = await peopleFrom(ground, FIRST_OF_STAFF, roles.length)
  if (!finance) throw new Error('There is no staff.')
  return {
    ground,
    requests,
    // The first thousand people have posted the busy tasks.
    posters: await peopleFrom(ground, 1, requests),
    taskers: await peopleFrom(ground, 2_001, requests),
    finance,
    admins: others.slice(0, ADMINS),
    agents: others.slice(ADMINS),
  }
}

/** Returns this many people of the world, from this number on. */
export async function peopleFrom({ client, secret }: BenchGround, first: number, count: number): Promise<Person[]> {
  const { rows } = await client.query<{ user_id: string; session_id: string }>(
    `select person.id as user_id, session.id as session_id
    from bench_people person
    join sessions session on session.user_id = person.id
    where n between $1 and $1 + $2 - 1
    order by n`,
    [first, count],
  )
  const expiresAt = new Date(Date.now() + TOKEN_MS)
  return Promise.all(
    rows.map(async ({ user_id: userId, session_id: sessionId }) => ({
      id: toPublicId('usr', userId),
      token: await signAccessToken(secret, { userId, sessionId }, expiresAt),
    })),
  )
}
