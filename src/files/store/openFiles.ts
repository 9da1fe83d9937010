import { join } from 'node:path'
import type { Config } from '../../config.ts'
import { makeFileLinks } from '../fileLinks.ts'
import type { Files } from '../files.ts'
import { localStore } from './localStore.ts'
import { s3Store } from './s3Store.ts'
import type { FileStore } from './store.ts'

/** The folder of scratch files, which buffer uploads on disk instead of in memory. */
export const scratchFolderOf = ({ dataDirectory }: Pick<Config, 'dataDirectory'>): string =>
  join(dataDirectory, 'scratch')

/** Opens the configured store: S3, or else a folder. */
export const openStore = (config: Config): FileStore =>
  config.s3 ? s3Store({ config: config.s3, scratchFolder: scratchFolderOf(config) }) : localStore(config.filesDirectory)

/** Builds the file services of the server. */
export function makeFiles(options: { config: Config; authSecret: Uint8Array; baseUrl: () => string }): Files {
  const { config, authSecret: secret, baseUrl } = options
  const { uploadImageBytesMax: imageBytesMax, uploadDocumentBytesMax: documentBytesMax, fileUrlTtlMs: ttlMs } = config
  return {
    store: openStore(config),
    limits: { imageBytesMax, documentBytesMax },
    links: makeFileLinks({ secret, ttlMs, baseUrl }),
  }
}
