import { UploadOutlined } from '@ant-design/icons'
import { App, Button, Input, Modal, Select } from 'antd'
import { useDeferredValue, useMemo, useState } from 'react'
import type { Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useFilePicker } from '../../components/file-picker.tsx'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { previewCsv } from './csv-preview.ts'

/** Number of faults shown; further ones are only counted. */
const SHOWN = 8

interface ImportModalProps {
  open: boolean
  products: readonly Product[]
  productId: number | undefined
  onClose: () => void
  onDone: () => void
}

const ImportForm = ({ products, productId, onClose, onDone }: Omit<ImportModalProps, 'open'>) => {
  const t = useTexts()
  const act = useAct()
  const { message } = App.useApp()
  const [target, setTarget] = useState(productId ?? products[0]?.id)
  const [csv, setCsv] = useState('')
  const [busy, setBusy] = useState(false)
  // A long list takes a second to parse: typing does not wait for it.
  const previewed = useDeferredValue(csv)
  const { count, faults, fault } = useMemo(() => previewCsv(previewed), [previewed])
  const isFaulty = fault !== undefined || faults.length > 0

  const submit = async () => {
    if (target === undefined) return
    setBusy(true)
    const result = await act(() => client.devices.import({ productId: target, csv }))
    setBusy(false)
    if (result === undefined) return
    message.success(t('devicesPage.csv.done', result))
    onDone()
  }

  const { picker, choose } = useFilePicker({
    accept: '.csv,.txt,text/csv,text/plain',
    testId: 'import-file',
    onFiles: async ([file]) => setCsv(await file.text()),
  })
  return (
    <div className="import">
      <p className="secondary">{t('devicesPage.csv.hint')}</p>
      <Select
        value={target}
        onChange={setTarget}
        aria-label={t('product')}
        options={products.map(({ id, name }) => ({ value: id, label: name }))}
      />
      {picker}
      <Button icon={<UploadOutlined />} onClick={choose}>
        {t('devicesPage.csv.choose')}
      </Button>
      <Input.TextArea
        rows={8}
        className="mono"
        value={csv}
        onChange={(event) => setCsv(event.target.value)}
        placeholder={'gw-0001,secret-1\ngw-0002'}
        aria-label={t('devicesPage.csv.pasted')}
        data-testid="import-text"
      />
      {previewed.trim() !== '' && (
        <div className="note" data-tone={isFaulty ? 'failed' : 'passed'} data-testid="import-preview">
          {fault !== undefined
            ? `✕ ${t(`devicesPage.csv.problems.${fault.code}`, { line: 'line' in fault ? fault.line : 0 })}`
            : faults.length > 0
              ? `✕ ${t('devicesPage.csv.bad', { count: faults.length })}`
              : `✓ ${t('devicesPage.csv.rows', { count })}`}
          <ul>
            {faults.slice(0, SHOWN).map((row) => (
              <li key={row.line}>
                {t('devicesPage.csv.line', { line: row.line })} {row.name && <b className="mono">{row.name} </b>}
                {t(`devicesPage.csv.problems.${row.fault.code}`, { of: 'of' in row.fault ? row.fault.of : 0 })}
              </li>
            ))}
            {faults.length > SHOWN && <li>… +{faults.length - SHOWN}</li>}
          </ul>
        </div>
      )}
      <div className="modal-foot">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          type="primary"
          loading={busy}
          disabled={count === 0 || isFaulty || previewed !== csv || target === undefined}
          onClick={submit}
          data-testid="import-submit"
        >
          {t('devicesPage.csv.submit', { count })}
        </Button>
      </div>
    </div>
  )
}

/** Imports many devices from CSV, checked row by row before anything is sent. */
export const ImportModal = ({ open, ...props }: ImportModalProps) => {
  const t = useTexts()
  return (
    <Modal
      mask={{ closable: false }}
      open={open}
      title={t('devicesPage.csv.title')}
      onCancel={props.onClose}
      footer={null}
      destroyOnHidden
      width={560}
    >
      <ImportForm {...props} />
    </Modal>
  )
}
