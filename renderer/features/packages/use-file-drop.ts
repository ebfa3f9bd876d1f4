import { useCallback, useEffect, useRef, useState } from 'react'

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** Who waits for files, the latest last: a dialog takes them before the page under it. */
const receivers: symbol[] = []

/** Files dropped anywhere on the page; true while they hover over it, and whoever asks is the one to take them. */
export const useFilesDrop = (onFiles: (files: readonly File[]) => void): boolean => {
  const [over, setOver] = useState(false)
  const latest = useRef(onFiles)
  latest.current = onFiles
  useEffect(() => {
    const self = Symbol('files')
    receivers.push(self)
    const isMine = (event: DragEvent) => hasFiles(event) && receivers.at(-1) === self
    // Entering a child leaves its parent: only the balance tells whether the page was left.
    let depth = 0
    const enter = (event: DragEvent) => {
      if (!isMine(event)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!isMine(event)) return
      // A dialog that closed in the midst of it had counted some of them.
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const hover = (event: DragEvent) => {
      if (isMine(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (!isMine(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length > 0) latest.current(files)
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragleave', leave)
    window.addEventListener('dragover', hover)
    window.addEventListener('drop', drop)
    return () => {
      receivers.splice(receivers.indexOf(self), 1)
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('dragover', hover)
      window.removeEventListener('drop', drop)
    }
  }, [])
  return over
}

/** The same for one file: the first. */
export const useFileDrop = (onFile: (file: File) => void): boolean =>
  useFilesDrop(useCallback(([file]: readonly File[]) => file !== undefined && onFile(file), [onFile]))
