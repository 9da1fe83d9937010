import { builder } from '../graphql/builder.ts'

// Migrations maintain the list. A longer list would need pages.
const CATEGORIES_MAX = 200

builder.prismaNode('Category', {
  id: { field: 'id', description: 'The id, `cat_...`.' },
  nullable: true,
  description: 'A category of work.',
  select: { id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name for people, e.g. `Cleaning`.' }),
    slug: t.exposeString('slug', { description: 'The name for URLs and programs, e.g. `cleaning`. It never changes.' }),
  }),
})

builder.queryField('categories', (t) =>
  t.prismaField({
    type: ['Category'],
    description: 'All categories, ordered by name.',
    resolve: (query, _root, _args, { prisma }) =>
      prisma.category.findMany({ ...query, orderBy: { name: 'asc' }, take: CATEGORIES_MAX }),
  }),
)
