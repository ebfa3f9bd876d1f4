import { useCallback, useEffect, useRef, useState } from 'react'
import type { Upload, UploadPurpose } from '#shared/schema.ts'
import { type Failure, failureOf } from '../../api/failure.ts'
import { discardUpload, uploadFile } from '../../api/upload.ts'

export type UploadState =
  | { readonly step: 'none' }
  | { readonly step: 'sending'; readonly file: File; readonly sent: number }
  | { readonly step: 'done'; readonly file: File; readonly upload: Upload }
  | { readonly step: 'failed'; readonly file: File; readonly failure: Failure }

/** One file in upload to the station; another file, or leaving, stops it and deletes the received part. */
export const useUpload = (purpose: UploadPurpose = 'package') => {
  const [state, setState] = useState<UploadState>({ step: 'none' })
  const running = useRef<AbortController | null>(null)
  const arrived = useRef<string | null>(null)

  const drop = useCallback(() => {
    running.current?.abort()
    running.current = null
    if (arrived.current !== null) discardUpload(arrived.current)
    arrived.current = null
  }, [])

  const send = useCallback(
    (file: File) => {
      drop()
      const abort = new AbortController()
      running.current = abort
      setState({ step: 'sending', file, sent: 0 })
      uploadFile(file, {
        purpose,
        signal: abort.signal,
        onProgress: (sent) => !abort.signal.aborted && setState({ step: 'sending', file, sent }),
      }).then(
        (upload) => {
          if (abort.signal.aborted) return discardUpload(upload.id)
          arrived.current = upload.id
          setState({ step: 'done', file, upload })
        },
        (error: unknown) => !abort.signal.aborted && setState({ step: 'failed', file, failure: failureOf(error) }),
      )
    },
    [drop, purpose],
  )

  const clear = useCallback(() => {
    drop()
    setState({ step: 'none' })
  }, [drop])

  /** A package uses the file: leaving must not delete it any more. */
  const keep = useCallback(() => {
    arrived.current = null
  }, [])

  useEffect(() => drop, [drop])
  return { state, send, clear, keep }
}
