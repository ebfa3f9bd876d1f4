import type { SentFile } from '#shared/schema.ts'

/** Saves a file that came over the open connection, because the desktop window has no other, by the browser. */
export const saveFile = ({ name, base64 }: SentFile, type = 'application/octet-stream'): void => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const address = URL.createObjectURL(new Blob([bytes], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser reads the URL asynchronously, so it is released later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
