/** What the server needs to take and give files: where they are kept, how large they may be, and who signs links to them. */
import type { FileLinks } from './fileLinks.ts'
import type { FileLimits } from './inspection/fileTypes.ts'
import type { FileStore } from './store/store.ts'

export interface Files {
  store: FileStore
  limits: FileLimits
  links: FileLinks
}
