/** The schema: every file that declares a part of it, and nothing else. */
import './scalars.ts'
import './commonTypes.ts'
import './node.graphql.ts'
import { builder } from './builder.ts'

export const schema = builder.toSchema()
