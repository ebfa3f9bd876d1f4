import type { Delta } from '#shared/schema.ts'
import { client } from './client.ts'

/** Fetches a delta over the line that is open, as the desktop window has no other, and hands it to the browser. @throws as any call. */
export const saveDelta = async ({ id, fileName }: Pick<Delta, 'id' | 'fileName'>): Promise<void> => {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const { base64 } of await client.diffs.download({ id })) {
    parts.push(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  }
  const address = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName ?? `patch-${id}`
  link.click()
  // The browser has taken it once its own turn comes.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
