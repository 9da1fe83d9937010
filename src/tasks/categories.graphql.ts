import { builder } from '../graphql/builder.ts'

// The list is kept by migrations, not by people; more than this would need pages.
const CATEGORIES_MAX = 200

builder.prismaNode('Category', {
  id: { field: 'id', description: 'The id of the category.' },
  nullable: true,
  description: 'A kind of work.',
  select: { id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For people, e.g. `Cleaning`.' }),
    slug: t.exposeString('slug', { description: 'For addresses and programs, e.g. `cleaning`. It never changes.' }),
  }),
})

builder.queryField('categories', (t) =>
  t.prismaField({
    type: ['Category'],
    description: 'Every kind of work that a task can be of, by name.',
    resolve: (query, _root, _args, { prisma }) =>
      prisma.category.findMany({ ...query, orderBy: { name: 'asc' }, take: CATEGORIES_MAX }),
  }),
)
