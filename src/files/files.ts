/** The file services of the server: the store, the size limits and the signed links. */
import type { FileLinks } from './fileLinks.ts'
import type { FileLimits } from './inspection/fileTypes.ts'
import type { FileStore } from './store/store.ts'

export interface Files {
  store: FileStore
  limits: FileLimits
  links: FileLinks
}
