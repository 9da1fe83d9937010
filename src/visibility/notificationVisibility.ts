/** Visibility of notifications: for their person alone. */
import type { Prisma } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'

/** The notifications of `caller`, also those that are only mailed. */
export const visibleNotifications = (caller: Caller | null): Prisma.NotificationWhereInput =>
  caller ? { userId: caller.id } : { id: { in: [] } }

/** The notifications in the feed of `caller`. */
export const feedOf = ({ id }: Caller): Prisma.NotificationWhereInput => ({ userId: id, inFeed: true })
