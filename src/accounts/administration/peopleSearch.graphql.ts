/** The search of people, for administrators. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import type { Prisma } from '../../db/generated/client.ts'
import { customPlan } from '../../db/queryHints.ts'
import { escapeLike, searchedWords, storedFormsOf } from '../../domain/searchText.ts'
import { builder } from '../../graphql/builder.ts'
import { badInput, connectionOf, idCursor, NODE_PATHS, newestFirst, readPage } from '../../graphql/pagination.ts'
import { UserType } from '../accounts.graphql.ts'

const TEXT_LENGTH_MAX = 200
const WORDS_MAX = 10

const UserConnection = builder.connectionObject(
  { type: UserType, name: 'UserConnection', description: 'A page of people, newest first.' },
  { description: 'A person and their cursor.' },
)

builder.queryField('users', (t) =>
  t.connection(
    {
      type: UserType,
      nullable: true,
      roles: ['ADMIN'],
      description: 'People, those who signed up last first. For administrators; null to everybody else.',
      args: {
        search: t.arg.string({
          description: `Only people of whom each of these words begins a word of the name, or the email address, regardless of case, accents, width and invisible characters. At most ${WORDS_MAX} words and ${TEXT_LENGTH_MAX} characters. A text without visible characters matches everybody.`,
        }),
      },
      resolve: async (_root, { search, ...pageArguments }, context, info) => {
        const page = readPage(pageArguments, idCursor)
        const { where: beyond, orderBy, take } = newestFirst(page)
        const { select } = queryFromInfo({ context, info, typeName: 'User', paths: NODE_PATHS, select: KEY_SELECT })
        const people = await context.prisma.user.findMany({
          select: { ...select, ...KEY_SELECT },
          where: { AND: [beyond, found(search ?? '')] },
          orderBy,
          take,
        })
        return connectionOf(people, page, idCursor, ({ id }) => id)
      },
    },
    UserConnection,
  ),
)

const KEY_SELECT = { id: true } as const

function found(text: string): Prisma.UserWhereInput {
  if (text.length > TEXT_LENGTH_MAX) throw badInput(`A text to search for has at most ${TEXT_LENGTH_MAX} characters.`)
  const words = searchedWords(text)
  if (words.length > WORDS_MAX) throw badInput(`A text to search for has at most ${WORDS_MAX} words.`)
  if (words.length === 0) return {}
  // Rare beginnings are found by the index of words, frequent ones in the order of the list.
  const conditions = words
    .flatMap(storedFormsOf)
    .map((form): Prisma.UserWhereInput => ({ searchText: { contains: escapeLike(` ${form}`) } }))
  return customPlan<Prisma.UserWhereInput>({ AND: conditions })
}
