import type { Delta } from '#shared/schema.ts'
import { client } from './client.ts'

/**
 * Downloads a delta over the open connection, because the desktop window has no other, and saves it by the browser. @throws as any call.
 */
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
  // The browser reads the URL asynchronously, so it is released later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
