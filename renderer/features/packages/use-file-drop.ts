import { useCallback, useEffect, useRef, useState } from 'react'
import { droppedEntries } from './dropped-folder.ts'

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** The components that accept files, the latest last: a dialog gets them before the page below it. */
const receivers: symbol[] = []

/**
 * Accepts files dropped anywhere on the page; true while they are dragged over it and the caller is the one to get them.
 * @param onEntries called in place of `onFiles` when a folder is among them.
 */
export const useFilesDrop = (
  onFiles: (files: readonly File[]) => void,
  onEntries?: (entries: readonly FileSystemEntry[]) => void,
): boolean => {
  const [over, setOver] = useState(false)
  const latest = useRef({ onFiles, onEntries })
  latest.current = { onFiles, onEntries }
  useEffect(() => {
    const self = Symbol('files')
    receivers.push(self)
    const isMine = (event: DragEvent) => hasFiles(event) && receivers.at(-1) === self
    // Entering a child also leaves its parent: only the difference of both counts shows whether the page was left.
    let depth = 0
    const enter = (event: DragEvent) => {
      if (!isMine(event)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!isMine(event)) return
      // A dialog that has closed meanwhile had counted some of them.
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
      const entries = droppedEntries(event.dataTransfer)
      const files = [...(event.dataTransfer?.files ?? [])]
      if (latest.current.onEntries && entries.some(({ isDirectory }) => isDirectory)) latest.current.onEntries(entries)
      else if (files.length > 0) latest.current.onFiles(files)
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
