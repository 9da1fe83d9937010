/** The chat of a task in progress, with a file of each accepted type. The files are about as small as their types allow. */
import { inflateRawSync } from 'node:zlib'
import { requiredChatReference } from '../src/chats/chatReference.ts'
import { sendMessage } from '../src/chats/sendMessage.ts'
import type { PublicId } from '../src/db/ids.ts'
import { toPublicId } from '../src/db/ids.ts'
import { withTransaction } from '../src/db/transaction.ts'
import type { Caller } from '../src/domain/caller.ts'
import { type ArrivedFile, IncomingFile } from '../src/domain/incomingFile.ts'
import { uploadFile } from '../src/files/uploadFile.ts'
import type { DemoServer } from './seed.ts'

const PDF =
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'
const DOCX =
  'UEsDBBQAAAAIAAAAAAD3VP4j2wAAAGQBAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbJWQu07EMBBFf8Vyi2IHCoRQki14lECxfIDlTBILe8byzAbz9yi77BbbUc+591xNt6spqhUKB8Je35pWK0BPY8C515/71+ZB74Zu/5OBVU0RudeLSH60lv0CybGhDFhTnKgkJ2yozDY7/+VmsHdte289oQBKI1uHHrpnmNwhinqpAnjSFois1dMJ3Fy9djnH4J0EQrvieGVp/gymQDwyvITMNzVFbYfufYVSwgjqwxV5cwl6bb+pjHYkf0iAYjbwXz6apuDhkt/aciEPzAHnFM3lklzA8w57fNvwC1BLAwQUAAAACAAAAAAA7aiIIaEAAAAVAQAACwAAAF9yZWxzLy5yZWxzjc+xCsIwFIXhVwl3N6kOItK0iwiuUh8gpLdpMMkNSdT49i4OVhxcDz8fnLav3rE7pmwpSFjzBhgGTaMNRsJlOK520HftGZ0qlkKebcyseheyhLmUuBci6xm9ypwihurdRMmrkjklI6LSV2VQbJpmK9KnAUuTnUYJCtjwjPgPTNNkNR5I3zyG8sP/KoANKhksEh6URjG+Z169A9G1YvGvewFQSwMEFAAAAAgAAAAAAKes7GGfAAAA0wAAABEAAAB3b3JkL2RvY3VtZW50LnhtbEXOzQ7CIBAE4Fch3IVqjDFNf26ePegDICAlKbtkF2379gY9ePnmMplMN65pFm9PHBF6uVeNFB4sugihl/fbZXeW49AtrUP7Sh6KWNMM3C69nErJrdZsJ58MK8we1jQ/kZIprJCCXpBcJrSeOUJIsz40zUknE0HWyQe6rWauUKUMV0MmkMmTOAouZmNhWMQiIqtO10KVvuavvxH9Pzh8AFBLAQIUABQAAAAIAAAAAAD3VP4j2wAAAGQBAAATAAAAAAAAAAAAAAAAAAAAAABbQ29udGVudF9UeXBlc10ueG1sUEsBAhQAFAAAAAgAAAAAAO2oiCGhAAAAFQEAAAsAAAAAAAAAAAAAAAAADAEAAF9yZWxzLy5yZWxzUEsBAhQAFAAAAAgAAAAAAKes7GGfAAAA0wAAABEAAAAAAAAAAAAAAAAA1gEAAHdvcmQvZG9jdW1lbnQueG1sUEsFBgAAAAADAAMAuQAAAKQCAAAAAA=='
// A page of text as LibreOffice writes it for Word 97; 8 of its 10 kB are zeros, and deflated away.
const DOC =
  '7VrLb5RVFD93Xp2pUIZhRCwIH3UChEffaKlNpNOhtg2l1RIwPjOdmTql7UztTIEmLojGxIUmGBduTHwEVxqD+gdoTHRnNCYs2CE7ExfFqAkLOv7O+e43fJRWvpkW5fGdyel9nsc999z73XNvf/5p/aWPv6z/lRbBE+SlhVKIArY6BVxvFcJEHl23UCqVrOqSC3cVXNMpz6EP8+cHBszppSAwBKwFPgBcA1wLrAOu0/POGNF5F+4+eIby+BXJoEOUQzpDc1QJbITH2Pk5oVlw2M8puPKrl69s69i+/mscrP+w/h7w+t8AjAIfFJ8gegi4CfgwsB64GbhFy9qKdJvOb3f3jv8VFKzvrTV9KBDyiE98a7pGL8/f4HhqJl/IjxWN4/mZ9L5EfmJ2KpMrik8MjnBdIp8ST+B8IwrS3thBfx746tVb+6IyjxFVQwQeVwsuz4tHmvAcXPNKycMpfPkI9rcZmqIkTWo/bonR7pjqjhE1UXw3DQ146Wlgz8AmmuoL+QrA4QEf5fp8wSLwJeSTaHu574DvX3XppYVtijyqV9ZPH2UgM03j2FdfkZWzjjacm6foudMUiCmsjqEBPwT7IXgLsUBT0BZqp3iY+bTL+jsKPqdlh45jJGnZn8P4RdJRpcAR6+7c27K6msJKRRSvMh8dhtwCqNi8vEa7qAE8G1SX6NYDzabROg6OOdEtAk6nRbc10K1OjPFYUPG4XwyqBhlZK1LeIfpBkxatuLRBKIiOSZ+4Oia7wjBsnqGxsu2L+GVAZZTHw/tKVOtPYo0ArBGA5CisEYA1ArBGVCzbpnhM4mbiqbw1jdWaO5WVr9GzwH0ZPGFbxbC5m0mnpzaeVU5c6yjMMwVlC1D6CNJTSPlzycNho+0HHye+O4Ipm6JRULIDtu1wJr0bhhvXTtsNSU6IEtDyBGiO0Sx0HUGJeYyh5clAdRx4pAWm37Ey+v79K6E3aFAcNY8ecTiCCr6Dvel7GD+rlthQAI8D9yguBWQ5vHE2cFOtFdrs9EIASTcXVrIVN68+z0Xry3A4SRVrcqZaBRdK7E6epb5rdOnND/+4OpQNf/ZukPbs/Poia/Wadjxu79Dnq4P6jHVYf5+e1WettD5vTWtD/HaNaKvON2s6C5zkl4LfP1Vq0AjBqvORb+zG07sqvgTJ/GQy17GESUO+jfjmXC+3qVudU9eVx875Glt+Mbwlfy9rjpcd7B3cJ1rBzP2tTCt7PGZqQRPK36mVu25dleeaK16iURttvcc8Vbtwb0LdIv/7r8BDF13ju+DCfQ3dOFbnJCIzqIU68fcUZSVeMySCNKRkxnscveXppIQVa/HjGPOkjm8N1OUlONqLfBFc8khHhcpqKUjbBCiKlALfDChZHpezyHG8avI3tEyuY/4TQjkqemVvkDQqIVJKwoM5aoRW/cK1KPwNtGTQPoleMzK6lFBOS7ko4V1OxtqCqHvvDdokgZPonYL06/pYI5sA5Ry0Y4l9qJlFnuWlRTdTlqlrRuqv9zdgt4yOh2dkBHlYv3MZ3msR+mR034LY3z66NPSak9oxW601Y9bMWHPWCW6HMKYMxlSU0DAlo2UO7Tj2GdQKO3SIBsfBxbRHsqxpC7UBDVitTdqycsNRLMtpFWwGLwP2yAlvcxQu3LGgz/ku3JegeP47gV3AX4AJBKQfAT8BzodM3/jLTnEbCy7cTqiNkjdGyVj5ypUvwIP7qKuZDg4TxYc9tO38643G+R+6t5/P+RqAj57N+WLANrTvaqW6ZteK9xosd3/FNZ4LP174oHFz+L33g7Rn79UvEqjzL6p7gcx3PqUxbLurWq7ehTsHVvP9n+d58RviUjRe4Jmg9QHq0SfyIZyET1SsfwRexRL5WrhUwbv6ifIHcEhOxFXvqpDOcr0VyGd9rZvKFjqKM/Ro1TrUafmVvP+zriP69cNPIzirT8mjFs89R0/2VzvrhXA52AX51v8MOJX/CPBznT8ustKUkEhrthyROYX6KsbP987WvbX/JsmV2aOjCvkGsLiKa3gl///xDw=='

const inBase64 = (text: string): Buffer => Buffer.from(text, 'base64')

const FILES = {
  pages: [
    {
      filename: 'page-1.png',
      bytes: inBase64(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      ),
    },
    {
      filename: 'page-2.gif',
      bytes: inBase64('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'),
    },
    {
      filename: 'page-3.webp',
      bytes: inBase64('UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA='),
    },
    {
      filename: 'page-4.jpg',
      bytes: inBase64(
        '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
      ),
    },
    { filename: 'whole contract.pdf', bytes: Buffer.from(PDF) },
    { filename: 'annex 1.doc', bytes: inflateRawSync(inBase64(DOC)) },
  ],
  draft: [
    { filename: 'paragraph 4.docx', bytes: inBase64(DOCX) },
    { filename: 'glossary.txt', bytes: Buffer.from('Mietvertrag: rental contract\nKaution: deposit\n') },
  ],
} as const

/** Sends the contract from the poster to the tasker, and a first draft back. */
export async function makeChat(
  server: DemoServer,
  { poster, tasker, chatId }: { poster: Caller; tasker: Caller; chatId: string },
): Promise<void> {
  const reference = requiredChatReference(toPublicId('tch', chatId))
  const say = async (caller: Caller, body: string, files: readonly DemoFile[] = []) => {
    const attachmentIds: PublicId[] = []
    for (const file of files) attachmentIds.push(await upload(server, caller, file))
    const message = { reference, caller, body, attachmentIds, lastSeenSequence: undefined }
    await withTransaction(server.work.database, (tx) => sendMessage(tx, message))
  }
  await say(poster, 'Here it is, page by page and as a whole, and the annex.', FILES.pages)
  await say(tasker, 'Thank you, it can be read well. I begin tonight.')
  await say(tasker, 'Paragraph 4, and the words that I have agreed on with myself.', FILES.draft)
}

interface DemoFile {
  filename: string
  bytes: Buffer
}

async function upload({ work, files }: DemoServer, { id }: Caller, file: DemoFile): Promise<PublicId> {
  const { attachmentId } = await uploadFile(
    { database: work.database, files },
    {
      callerId: id,
      file: new InMemoryFile(file),
      purpose: 'CHAT',
      sha256: undefined,
      key: undefined,
      inputHash: () => Buffer.alloc(0),
    },
  )
  return toPublicId('att', attachmentId)
}

/** A file in memory as an `IncomingFile`. */
class InMemoryFile extends IncomingFile {
  readonly #file: DemoFile

  constructor(file: DemoFile) {
    super()
    this.#file = file
  }

  async arrive(): Promise<ArrivedFile> {
    const { filename, bytes } = this.#file
    return { filename, bytesAtLeast: bytes.length, bytes: inOneBatch(bytes) }
  }
}

async function* inOneBatch(bytes: Buffer): AsyncIterable<Buffer[]> {
  yield [bytes]
}
