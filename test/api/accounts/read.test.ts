import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, person, send } from '../../support/people.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

let app: TestApp
let anna: Person
let ben: Person
let ada: Person

beforeAll(async () => {
  app = await startApp()
  anna = await person(app, 'Anna')
  ben = await person(app, 'Ben', 'FINANCE')
  ada = await person(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})

const VIEWER = /* GraphQL */ `
  { viewer {
      user { id displayName email }
      email roles payoutReadiness
      sessions { id userAgent current }
  } }
`
const PERSON = /* GraphQL */ `
  query ($id: ID!) {
    user(id: $id) { id displayName createdAt email roles suspendedAt }
    node(id: $id) { __typename id ... on User { displayName email } }
  }
`

test('an anonymous request has no viewer', async () => {
  expect(await send(app, VIEWER)).toEqual({ data: { viewer: null } })
})

test('the viewer sees themselves and the current session', async () => {
  const answer = await anna.send(VIEWER)
  const email = `anna.${anna.uuid}@example.com`
  expect(answer).toEqual({
    data: {
      viewer: {
        user: { id: anna.id, displayName: 'Anna', email },
        email,
        roles: ['USER'],
        payoutReadiness: 'READY',
        sessions: [{ id: toPublicId('ses', anna.sessionId), userAgent: null, current: true }],
      },
    },
  })
})

test('anyone sees the public part of a person, and no more', async () => {
  const strangers = [() => send(app, PERSON, { id: anna.id }), () => ben.send(PERSON, { id: anna.id })]
  for (const ask of strangers) {
    const { data, errors } = await ask()
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      user: {
        id: anna.id,
        displayName: 'Anna',
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
        email: null,
        roles: null,
        suspendedAt: null,
      },
      node: { __typename: 'User', id: anna.id, displayName: 'Anna', email: null },
    })
  }
})

test('an administrator sees the address and the roles of every person', async () => {
  const { data } = await ada.send(PERSON, { id: ben.id })
  expect(data?.user).toMatchObject({ email: `ben.${ben.uuid}@example.com`, roles: ['USER', 'FINANCE'] })
})

test('an unknown, malformed or other id is null', async () => {
  const unknownIds = ['usr_00000000000000000000000000', 'nonsense', '', toPublicId('ses', anna.uuid)]
  for (const id of unknownIds) {
    expect(await ada.send('query ($id: ID!) { user(id: $id) { id } node(id: $id) { id } }', { id })).toEqual({
      data: { user: null, node: null },
    })
  }
})

test('only its person sees a session', async () => {
  const ask = ['query ($id: ID!) { node(id: $id) { id } }', { id: toPublicId('ses', anna.sessionId) }] as const
  expect((await anna.send(...ask)).data?.node).toEqual({ id: toPublicId('ses', anna.sessionId) })
  for (const answer of [await ben.send(...ask), await ada.send(...ask), await send(app, ...ask)]) {
    expect(answer).toEqual({ data: { node: null } })
  }
})
