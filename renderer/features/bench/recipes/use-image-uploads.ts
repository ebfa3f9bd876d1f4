import { useCallback, useEffect, useRef, useState } from 'react'
import type { Upload } from '#shared/schema.ts'
import { type Failure, failureOf } from '../../../api/failure.ts'
import { discardUpload, uploadFile } from '../../../api/upload.ts'

/** A file in upload for the recipe. */
export interface Sending {
  readonly key: string
  readonly name: string
  readonly size: number
  readonly sent: number
  readonly failure: Failure | undefined
}

/** Files in upload to the station, several at once; leaving the form stops them and deletes those that no recipe uses. */
export const useImageUploads = (onArrived: (upload: Upload) => void) => {
  const [sending, setSending] = useState<readonly Sending[]>([])
  const aborts = useRef(new Map<string, AbortController>())
  const arrived = useRef(new Set<string>())
  const count = useRef(0)
  const latest = useRef(onArrived)
  latest.current = onArrived

  const change = useCallback(
    (key: string, patch: Partial<Sending>) =>
      setSending((before) => before.map((one) => (one.key === key ? { ...one, ...patch } : one))),
    [],
  )
  const drop = useCallback((key: string) => {
    aborts.current.get(key)?.abort()
    aborts.current.delete(key)
    setSending((before) => before.filter((one) => one.key !== key))
  }, [])

  const send = useCallback(
    (file: File) => {
      count.current += 1
      const key = `${count.current}`
      const abort = new AbortController()
      aborts.current.set(key, abort)
      const { name, size } = file
      setSending((before) => [...before, { key, name, size, sent: 0, failure: undefined }])
      uploadFile(file, { signal: abort.signal, purpose: 'recipe', onProgress: (sent) => change(key, { sent }) }).then(
        (upload) => {
          if (abort.signal.aborted) return discardUpload(upload.id)
          arrived.current.add(upload.id)
          drop(key)
          latest.current(upload)
        },
        (error: unknown) => !abort.signal.aborted && change(key, { failure: failureOf(error) }),
      )
    },
    [drop, change],
  )

  /** A saved recipe uses them: leaving must not delete them any more. */
  const keep = useCallback(() => arrived.current.clear(), [])
  useEffect(() => {
    const { current: open } = aborts
    const { current: loose } = arrived
    return () => {
      for (const abort of open.values()) abort.abort()
      for (const id of loose) discardUpload(id)
    }
  }, [])
  /** Uploads that the station made of a build belong to the form as well. */
  const adopt = useCallback((ids: readonly string[]) => {
    for (const id of ids) arrived.current.add(id)
  }, [])
  return { sending, send, drop, keep, adopt }
}
