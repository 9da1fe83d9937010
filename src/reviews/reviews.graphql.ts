/** Reviews and ratings, as they are read. A blind review is read by its author alone, on every path. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { UserType } from '../accounts/accounts.graphql.ts'
import type { Prisma, Review } from '../db/generated/client.ts'
import { ratingOf } from '../domain/rating.ts'
import { builder } from '../graphql/builder.ts'
import { RatingSummaryType } from '../graphql/commonTypes.ts'
import type { Context } from '../graphql/context.ts'
import {
  type Cursor,
  connectionOf,
  fromCursor,
  nestedNodes,
  type Page,
  readPage,
  toCursor,
  UUID,
} from '../graphql/pagination.ts'
import { PUBLISHED, visibleReviews } from '../visibility/reviewVisibility.ts'

// No prismaNode, as for Task: an author reads the payload of `reviewTask` by another way than `node(id)`.
export const ReviewType = builder.prismaObject('Review', {
  description:
    'The review of one side of a completed task by the other. It is blind until both sides have reviewed or the window of 14 days has closed: only its author sees it until then.',
  select: { id: true },
  fields: (t) => ({
    task: t.relation('task', { description: 'The task.' }),
    author: t.relation('author', { description: 'The person who wrote it.' }),
    subject: t.relation('subject', { description: 'The person whom it is about.' }),
    rating: t.exposeInt('rating', { description: 'The rating, from 1 (bad) to 5 (good).' }),
    comment: t.exposeString('comment', { nullable: true, description: 'The comment. Null if there is none.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    publishedAt: t.expose('publishedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was published. Null until both sides have reviewed or the window has closed; only its author sees it until then.',
    }),
  }),
})

builder.nodeRef(ReviewType, {
  id: { description: 'The id, `rev_...`.', resolve: ({ id }: { id: string }) => id },
  loadWithoutCache: (id: string, context: Context, info) => {
    const { select } = queryFromInfo({ context, info, typeName: 'Review', select: { id: true } })
    return context.prisma.review.findFirst({ select, where: { AND: [{ id }, visibleReviews(context.caller)] } })
  },
})

builder.prismaObjectField('Task', 'reviews', (t) =>
  t.field({
    type: [ReviewType],
    description:
      'The reviews of the task: at most one by each side, oldest first. Everybody sees published ones; the author of a blind one sees it too.',
    select: (_args, { caller }, nested) => ({
      // The unique index limits the list to two.
      reviews: nested({ where: visibleReviews(caller), orderBy: { id: 'asc' } }),
    }),
    resolve: ({ reviews }) => reviews,
  }),
)

const ReviewConnection = builder.connectionObject(
  { type: ReviewType, name: 'ReviewConnection', description: 'A page of reviews, newest first.' },
  { description: 'A review and its cursor.' },
)

builder.prismaObjectFields(UserType, (t) => ({
  rating: t.field({
    type: RatingSummaryType,
    description: 'The published ratings about them.',
    select: { ratingCount: true, ratingSum: true },
    resolve: ({ ratingCount, ratingSum }) => ratingOf({ count: ratingCount, sum: ratingSum }),
  }),
  reviews: t.connection(
    {
      type: ReviewType,
      description: 'The published reviews about them, in the order of publication, newest first.',
      select: (args, _context, nested) => ({
        reviews: nestedNodes(nested, 'Review', publishedIn(readPage(args, publicationCursor))),
      }),
      resolve: ({ reviews }, args) =>
        connectionOf(reviews, readPage(args, publicationCursor), publicationCursor, (review) => review),
    },
    ReviewConnection,
  ),
}))

const KEY_SELECT = { id: true, publishedAt: true } as const
type CursorKey = Pick<Review, keyof typeof KEY_SELECT>

// By time of publication: a review that was written long before it was published would otherwise appear in the middle of the list.
const publicationCursor: Cursor<CursorKey> = {
  write: ({ publishedAt, id }) => toCursor(`${publishedAt?.getTime()}:${id}`),
  read: (text) => {
    const [, at, id = ''] = /^(\d{1,15}):(.+)$/.exec(fromCursor(text)) ?? []
    return UUID.test(id) ? { publishedAt: new Date(Number(at)), id } : undefined
  },
}

function publishedIn({ limit, backward, after, before }: Page<CursorKey>) {
  const order = backward ? ('asc' as const) : ('desc' as const)
  return {
    where: { ...PUBLISHED, AND: [beyond(after, 'lt'), beyond(before, 'gt')] },
    orderBy: [{ publishedAt: order }, { id: order }],
    take: limit + 1,
    select: KEY_SELECT,
  }
}

/** Rows strictly beyond a cursor. The first condition is implied by the second; it lets PostgreSQL scan a range of an index. */
function beyond(key: CursorKey | undefined, side: 'lt' | 'gt'): Prisma.ReviewWhereInput {
  if (!key?.publishedAt) return {}
  const { publishedAt, id } = key
  const bound = side === 'lt' ? { lte: publishedAt } : { gte: publishedAt }
  return { publishedAt: bound, OR: [{ publishedAt: { [side]: publishedAt } }, { publishedAt, id: { [side]: id } }] }
}
