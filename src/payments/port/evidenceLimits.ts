/** The limits of a provider for the files of evidence, said before anything is stored or sent. */
import type { EvidenceFile } from './chargebacks.ts'

/** The files that a provider takes as evidence for one chargeback. */
export interface EvidenceLimits {
  filesMax: number
  /** All files together. */
  bytesMax: bigint
  contentTypes: ReadonlySet<string>
  /** For people: the kinds of files, and the greatest size of all of them together. */
  kinds: string
  size: string
}

type SizedFile = Pick<EvidenceFile, 'contentType' | 'byteSize'>

/** The reason why the provider does not take these files, or null. */
export function reasonAgainstFiles(
  { filesMax, bytesMax, contentTypes, kinds, size }: EvidenceLimits,
  files: readonly SizedFile[],
): { code: string; message: string } | null {
  if (files.length > filesMax)
    return {
      code: 'too_many_files',
      message: `The provider takes at most ${filesMax} files for a chargeback. Combine some of them.`,
    }
  if (!files.every(({ contentType }) => contentTypes.has(contentType)))
    return { code: 'file_type_not_allowed', message: `The provider takes ${kinds}.` }
  const byteSize = files.reduce((sum, file) => sum + BigInt(file.byteSize), 0n)
  if (byteSize > bytesMax)
    return { code: 'files_too_large', message: `The provider takes at most ${size} of files for a chargeback.` }
  return null
}
