/** Visibility of reviews: everybody sees published ones; a blind one only its author, staff not excepted. */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant } from '../db/queryHints.ts'
import type { Caller } from '../domain/caller.ts'

/** The condition of published reviews. */
export const PUBLISHED = { status: 'PUBLISHED' } as const satisfies Prisma.ReviewWhereInput

/** The reviews that `caller` may see. */
export const visibleReviews = perViewerConstant<Caller, Prisma.ReviewWhereInput>((caller) =>
  caller ? { OR: [PUBLISHED, { authorId: caller.id }] } : PUBLISHED,
)
