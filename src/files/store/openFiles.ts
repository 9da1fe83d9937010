import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { makeFileLinks } from '../fileLinks.ts'
import type { Files } from '../files.ts'
import { localStore } from './localStore.ts'
import { s3Store } from './s3Store.ts'
import type { FileStore } from './store.ts'

/** Where files wait that cannot be where they belong yet: on disk, which is larger than memory. */
export const scratchFolderOf = ({ dataDirectory }: Pick<Config, 'dataDirectory'>): string =>
  join(dataDirectory, 'scratch')

/** The store that the configuration names: S3, else a folder. */
export const openStore = (config: Config): FileStore =>
  config.s3 ? s3Store({ config: config.s3, scratchFolder: scratchFolderOf(config) }) : localStore(config.filesDirectory)

/** What the server takes and gives files with. */
export function makeFiles(options: { config: Config; authSecret: Uint8Array; baseUrl: () => string }): Files {
  const { config, authSecret: secret, baseUrl } = options
  const { uploadImageBytesMax: imageBytesMax, uploadDocumentBytesMax: documentBytesMax, fileUrlTtlMs: ttlMs } = config
  return {
    store: openStore(config),
    limits: { imageBytesMax, documentBytesMax },
    links: makeFileLinks({ secret, ttlMs, baseUrl }),
  }
}
