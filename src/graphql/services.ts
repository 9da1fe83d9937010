/** The parts of the server that resolvers use beside the database: ports, chosen once in src/app.ts. */
import type { RateLimits } from '../cache/rateLimits.ts'

export interface Services {
  rateLimits: RateLimits
}
