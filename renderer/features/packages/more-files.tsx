import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import type { Settings } from '#shared/schema.ts'
import { useFilePicker } from '../../components/file-picker.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { FileField } from './file-field.tsx'
import { useUpload } from './use-upload.ts'

/** A further file, and its upload progress. */
export interface ExtraFile {
  readonly id: number
  readonly file: File
  /** Null until completely received. */
  readonly uploadId: string | null
}

interface ExtraProps {
  extra: ExtraFile
  settings: Settings | undefined
  fault: string | undefined
  change: (extra: ExtraFile) => void
  remove: () => void
  /** Called with a function that keeps the upload when the package uses it. */
  onReady: (keep: () => void) => void
}

const Extra = ({ extra, settings, fault, change, remove, onReady }: ExtraProps) => {
  const { state, send, clear, keep } = useUpload()
  const latest = useRef({ change, onReady })
  latest.current = { change, onReady }
  const { file } = extra
  const refused = fault !== undefined
  useEffect(() => {
    if (refused) clear()
    else send(file)
  }, [file, refused, send, clear])
  const uploadId = state.step === 'done' ? state.upload.id : null
  const known = useRef(extra)
  known.current = extra
  useEffect(() => {
    if (known.current.uploadId !== uploadId) latest.current.change({ ...known.current, uploadId })
    latest.current.onReady(keep)
  }, [uploadId, keep])
  const shown = refused ? ({ step: 'failed', file, failure: { kind: 'offline' } } as const) : state
  return (
    <FileField
      state={shown}
      settings={settings}
      fault={fault}
      onFile={(next) => change({ ...extra, file: next, uploadId: null })}
      onAbort={remove}
      onRemove={remove}
      testId={`package-file-${extra.id}`}
    />
  )
}

interface MoreFilesProps {
  extras: readonly ExtraFile[]
  settings: Settings | undefined
  faultOf: (file: File) => string | undefined
  change: (extras: readonly ExtraFile[]) => void
  /** Collects the functions that keep the uploads. */
  keepers: Map<number, () => void>
}

/** The further files of a package, where its protocol sends several in one notice; devices receive them in this order. */
export const MoreFiles = ({ extras, settings, faultOf, change, keepers }: MoreFilesProps) => {
  const t = useTexts()
  const remove = (id: number) => {
    keepers.delete(id)
    change(extras.filter((extra) => extra.id !== id))
  }
  const { picker, choose } = useFilePicker({
    multiple: true,
    testId: 'package-more-files',
    onFiles(files) {
      const first = (extras.at(-1)?.id ?? 0) + 1
      change([...extras, ...files.map((file, n) => ({ id: first + n, file, uploadId: null }))])
    },
  })
  return (
    <div className="more-files">
      {extras.map((extra) => (
        <Extra
          key={extra.id}
          extra={extra}
          settings={settings}
          fault={faultOf(extra.file)}
          change={(next) => change(extras.map((other) => (other.id === next.id ? next : other)))}
          remove={() => remove(extra.id)}
          onReady={(keep) => keepers.set(extra.id, keep)}
        />
      ))}
      {picker}
      <Button type="dashed" icon={<PlusOutlined />} onClick={choose} data-testid="package-add-file">
        {t('packages.form.addFile')}
      </Button>
      <span className="secondary small">{t('packages.form.addFileHint')}</span>
    </div>
  )
}
