import type { Upload, UploadPurpose } from '#shared/schema.ts'
import { client, currentToken } from './client.ts'
import { codedFailure, UploadError } from './failure.ts'
import { operatorHeaders } from './operator.ts'

interface UploadOptions {
  /** Selects the accepted formats; left out: those of packages. */
  purpose?: UploadPurpose
  signal: AbortSignal
  /** Bytes sent so far; never called in the desktop window, where the station reads the file itself. */
  onProgress: (sent: number) => void
}

const answerOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const overHttp = (file: File, { signal, onProgress, purpose = 'package' }: UploadOptions): Promise<Upload> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/v1/uploads?purpose=${purpose}`)
    request.setRequestHeader('Authorization', `Bearer ${currentToken() ?? ''}`)
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name))
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    for (const [name, value] of Object.entries(operatorHeaders())) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded))
    request.addEventListener('load', () => {
      const answer = answerOf(request.responseText)
      if (request.status >= 200 && request.status < 300) return resolve(answer as Upload)
      const { code, data } = (answer ?? {}) as { code?: string; data?: unknown }
      reject(new UploadError(codedFailure(code ?? 'INTERNAL', data)))
    })
    request.addEventListener('error', () => reject(new UploadError({ kind: 'offline' })))
    request.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })

/**
 * Sends a file to the station, which hashes it on arrival: as bytes from a browser, as a path from the desktop window.
 * @throws UploadError, or an AbortError after `signal`
 */
export const uploadFile = (file: File, options: UploadOptions): Promise<Upload> =>
  window.otaBench === undefined
    ? overHttp(file, options)
    : client.uploads.fromPath(
        { path: window.otaBench.pathForFile(file), purpose: options.purpose },
        { signal: options.signal },
      )

/** Deletes an upload that no package used; the station does so itself after an hour. */
export const discardUpload = (id: string): void => {
  client.uploads.discard({ id }).catch(() => undefined)
}
