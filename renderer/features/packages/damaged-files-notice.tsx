import { UploadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { Package } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import { client } from '../../api/client.ts'
import { discardUpload, uploadFile } from '../../api/upload.ts'
import { useFilePicker } from '../../components/file-picker.tsx'
import { useAct } from '../../components/use-action.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** Reports damaged files of a package on this station and accepts the same files again; shows nothing where all are intact. */
export const DamagedFilesNotice = ({ pack, onChanged }: { pack: Package; onChanged: () => void }) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [other, setOther] = useState<string>()
  const send = async (file: File) => {
    setBusy(true)
    setOther(undefined)
    const signal = new AbortController().signal
    const upload = await act(() => uploadFile(file, { signal, onProgress: () => {}, purpose: 'recipe' }))
    setBusy(false)
    if (!upload) return
    discardUpload(upload.id)
    const wanted = pack.files.filter(({ name }) => pack.damagedFiles.includes(name))
    if (wanted.some(({ sha256 }) => sha256 === upload.sha256)) onChanged()
    else setOther(file.name)
  }
  const { picker, choose } = useFilePicker({ onFiles: ([file]) => void send(file) })
  if (pack.damagedFiles.length === 0) return null
  return (
    <div className="note form-aside" data-tone="failed" role="alert" data-testid="package-damaged">
      <p>{t('packages.detail.damaged', { files: pack.damagedFiles.join(texts[language].language.listSeparator) })}</p>
      {other !== undefined && <p>{t('packages.detail.damagedOther', { file: other })}</p>}
      <Button icon={<UploadOutlined />} loading={busy} onClick={choose} data-testid="package-heal">
        {t('packages.detail.heal')}
      </Button>
      {picker}
    </div>
  )
}

/** Makes the station read a package's files and deltas and compare them with their digests. */
export const CheckFilesButton = ({ pack, onChanged }: { pack: Package; onChanged: () => void }) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const check = async () => {
    setBusy(true)
    const found = await act(() => client.packages.check({ id: pack.id }))
    setBusy(false)
    if (!found) return
    if (found.damagedFiles.length === 0) await act(async () => true, t('packages.detail.checked'))
    onChanged()
  }
  return (
    <Button loading={busy} onClick={() => void check()} data-testid="package-check">
      {t('packages.detail.check')}
    </Button>
  )
}
