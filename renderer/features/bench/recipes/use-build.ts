import { useCallback, useEffect, useRef, useState } from 'react'
import type { BuildDraft } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { discardUpload, uploadFile } from '../../../api/upload.ts'
import { useAct } from '../../../components/use-action.ts'
import type { PathFile } from '../../packages/dropped-folder.ts'
import { sentFiles } from './build-files.ts'

/** Sends a build to the station and receives it as a recipe's draft; `sent` is the part already sent, undefined while none is read. */
export const useBuild = (onDraft: (draft: BuildDraft) => void) => {
  const act = useAct()
  const [sent, setSent] = useState<number>()
  const abort = useRef<AbortController>(undefined)
  const latest = useRef(onDraft)
  latest.current = onDraft
  useEffect(() => () => abort.current?.abort(), [])

  const read = useCallback(
    async (found: readonly PathFile[]) => {
      const controller = new AbortController()
      abort.current?.abort()
      abort.current = controller
      const { signal } = controller
      const files = sentFiles(found)
      const total = files.reduce((sum, { file }) => sum + file.size, 1)
      const uploads: { file: string; path: string }[] = []
      setSent(0)
      const draft = await act(async () => {
        let before = 0
        try {
          for (const { path, file } of files) {
            const onProgress = (bytes: number) => setSent((before + bytes) / total)
            const { id } = await uploadFile(file, { signal, purpose: 'build', onProgress })
            uploads.push({ file: id, path })
            before += file.size
          }
          return await client.bench.fromBuild({ files: uploads }, { signal })
        } catch (error) {
          for (const { file } of uploads) discardUpload(file)
          if (signal.aborted) return undefined
          throw error
        }
      })
      if (abort.current !== controller) return
      setSent(undefined)
      if (draft !== undefined && !signal.aborted) latest.current(draft)
    },
    [act],
  )
  return { sent, read }
}
