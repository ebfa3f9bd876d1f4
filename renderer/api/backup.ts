import type { HeldRestore } from '#shared/schema.ts'
import { client, currentToken } from './client.ts'
import { engineerHeaders } from './engineer.ts'
import { codedFailure, UploadError } from './failure.ts'
import { operatorHeaders } from './operator.ts'

/**
 * Lets the browser or the desktop window save a whole backup, by a link that works once, because both download files only by their
 * address.
 * @throws as any call.
 */
export const downloadBackup = async (): Promise<void> => {
  const { path, url } = await client.backups.link()
  if (window.otaBench !== undefined) {
    // The window opens no page: its host handles this address as a download and asks where to save it.
    window.open(url)
    return
  }
  const link = document.createElement('a')
  link.href = path
  link.download = ''
  link.click()
}

/**
 * Sends a backup to the station, which checks all of it and holds it until it is confirmed: as bytes from a browser, as a path from the
 * desktop window. @param onProgress bytes sent; never called in the desktop window. @throws UploadError, or as any call.
 */
export const sendBackup = async (file: File, onProgress: (sent: number) => void): Promise<HeldRestore> => {
  if (window.otaBench !== undefined) return client.backups.fromPath({ path: window.otaBench.pathForFile(file) })
  // Asks for the PIN where one is needed, before gigabytes are sent.
  await client.backups.discard({ id: '' })
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v1/backup/restore?hold=true')
    const headers = {
      Authorization: `Bearer ${currentToken() ?? ''}`,
      'X-File-Name': encodeURIComponent(file.name),
      'Content-Type': 'application/x-tar',
      ...operatorHeaders(),
      ...engineerHeaders(),
    }
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded))
    request.addEventListener('load', () => {
      const answer = answerOf(request.responseText)
      if (request.status === 200) return resolve(answer as HeldRestore)
      const { code, data } = (answer ?? {}) as { code?: string; data?: unknown }
      reject(new UploadError(codedFailure(code ?? 'INTERNAL', data)))
    })
    request.addEventListener('error', () => reject(new UploadError({ kind: 'offline' })))
    request.send(file)
  })
}

const answerOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
