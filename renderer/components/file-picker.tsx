import { type ReactNode, useRef } from 'react'

interface FilePickerOptions {
  /** Endings and media types that the dialog offers, separated by commas; all files without it. */
  accept?: string | undefined
  multiple?: boolean
  testId?: string
  /** Called with at least one file. */
  onFiles: (files: readonly [File, ...File[]]) => void
}

/** The system's dialog for files behind a button of our own: `picker` is rendered once, `choose` opens it. */
export const useFilePicker = ({ accept, multiple, testId, onFiles }: FilePickerOptions) => {
  const input = useRef<HTMLInputElement>(null)
  const picker: ReactNode = (
    <input
      ref={input}
      type="file"
      // Forms of Ant Design show an input that is only `hidden`.
      style={{ display: 'none' }}
      multiple={multiple}
      accept={accept}
      data-testid={testId}
      onChange={({ target }) => {
        const [first, ...more] = target.files ?? []
        // Reset, so that the same file can be chosen again.
        target.value = ''
        if (first) onFiles([first, ...more])
      }}
    />
  )
  return { picker, choose: () => input.current?.click() }
}
