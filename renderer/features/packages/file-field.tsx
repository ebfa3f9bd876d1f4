import { FileZipOutlined, UploadOutlined } from '@ant-design/icons'
import { Button, Progress } from 'antd'
import type { Settings } from '#shared/schema.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { useFilePicker } from '../../components/file-picker.tsx'
import { failureText } from '../../components/status-text.ts'
import { formatBytes, formatPercent } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import type { UploadState } from './use-upload.ts'

interface FileFieldProps {
  state: UploadState
  settings: Settings | undefined
  /** The fault of the chosen file, as text. */
  fault: string | undefined
  onFile: (file: File) => void
  onAbort: () => void
  /** Set where the file can be removed again. */
  onRemove?: () => void
  testId?: string
  /** Replaces the text for firmware. */
  prompt?: string
}

/** The firmware file: chosen or dropped, uploaded at once, its digests shown as soon as known. */
export const FileField = ({
  state,
  settings,
  fault,
  onFile,
  onAbort,
  onRemove,
  testId = 'package-file',
  prompt,
}: FileFieldProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { picker, choose } = useFilePicker({
    accept: settings?.packageFormats.map((format) => `.${format.split('.').at(-1)}`).join(','),
    testId,
    onFiles: ([file]) => onFile(file),
  })
  return (
    <div className="file-field" data-state={fault === undefined ? state.step : 'failed'}>
      {picker}
      {state.step === 'none' ? (
        <button type="button" className="file-choose" onClick={choose}>
          <UploadOutlined />
          <b>{prompt ?? t('packages.form.choose')}</b>
          {settings !== undefined && (
            <span className="secondary small">
              {t('packages.dropHint', {
                formats: settings.packageFormats.join(' '),
                size: formatBytes(settings.maxPackageBytes, language),
              })}
            </span>
          )}
        </button>
      ) : (
        <>
          <div className="file-name">
            <FileZipOutlined />
            <b>{state.file.name}</b>
            <span className="secondary">{formatBytes(state.file.size, language)}</span>
            <Button size="small" onClick={state.step === 'sending' ? onAbort : choose}>
              {state.step === 'sending' ? t('packages.form.abort') : t('packages.form.change')}
            </Button>
            {onRemove !== undefined && state.step !== 'sending' && (
              <Button size="small" onClick={onRemove}>
                {t('removeNow')}
              </Button>
            )}
          </div>
          {state.step === 'sending' && (
            <>
              <Progress
                percent={(state.sent / state.file.size) * 100}
                showInfo={false}
                size="small"
                status="active"
                aria-label={state.file.name}
              />
              <span className="secondary small">
                {window.otaBench === undefined
                  ? t('packages.form.uploading', {
                      percent: formatPercent(Math.floor((state.sent / state.file.size) * 100), language),
                    })
                  : t('packages.form.reading')}
              </span>
            </>
          )}
          {state.step === 'done' && (
            <Facts
              items={[
                ['MD5', <Copyable key="m" text={state.upload.md5} what="MD5" />],
                ['SHA-256', <Copyable key="s" text={state.upload.sha256} what="SHA-256" />],
              ]}
            />
          )}
          {(fault !== undefined || state.step === 'failed') && (
            <p className="note" data-tone="failed" role="alert">
              {fault ?? (state.step === 'failed' ? failureText(state.failure, language, t) : undefined)}
            </p>
          )}
        </>
      )}
    </div>
  )
}
