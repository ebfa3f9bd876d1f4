import { AutoComplete, Form, Modal, Select } from 'antd'
import { useState } from 'react'
import { type DeltaFormat, deltaFormats } from '#shared/delta-formats.ts'
import { VERSION_MAX } from '#shared/limits.ts'
import type { Package } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { DropVeil } from '../../../components/drop-veil.tsx'
import { useAct } from '../../../components/use-action.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { FileField } from '../file-field.tsx'
import { useFileDrop } from '../use-file-drop.ts'
import { useUpload } from '../use-upload.ts'

interface TakeProps {
  pack: Package
  onClose: () => void
  onTaken: () => void
}

const TakeForm = ({ pack, onClose, onTaken }: TakeProps) => {
  const t = useTexts()
  const act = useAct()
  const { state, send, clear, keep } = useUpload('diff')
  const [fromVersion, setFromVersion] = useState('')
  const [format, setFormat] = useState<DeltaFormat | 'auto'>('auto')
  const [busy, setBusy] = useState(false)
  const field = useQuery(`field-versions/${pack.id}`, (signal) =>
    client.diffs.fieldVersions({ id: pack.id }, { signal }),
  )
  const hovering = useFileDrop((file) => !busy && send(file))
  const version = fromVersion.trim()
  const same = version === pack.version
  const ready = state.step === 'done' && version !== '' && version.length <= VERSION_MAX && !same
  const take = async () => {
    if (state.step !== 'done') return
    setBusy(true)
    const taken = await act(
      () =>
        client.diffs.upload({
          id: pack.id,
          upload: state.upload.id,
          fromVersion: version,
          format: format === 'auto' ? undefined : format,
        }),
      t('deltas.take.done'),
    )
    setBusy(false)
    if (taken === undefined) return
    keep()
    onTaken()
    onClose()
  }
  return (
    <Modal
      open
      mask={{ closable: false }}
      title={t('deltas.take.title')}
      onCancel={onClose}
      width={560}
      okText={t('deltas.take.submit')}
      okButtonProps={{ disabled: !ready, loading: busy, ...{ 'data-testid': 'diff-take-submit' } }}
      onOk={take}
    >
      <p className="secondary modal-hint">{t('deltas.take.hint')}</p>
      <Form layout="vertical">
        <FileField
          state={state}
          settings={undefined}
          fault={undefined}
          prompt={t('deltas.take.choose')}
          testId="diff-file"
          onFile={send}
          onAbort={clear}
        />
        <Form.Item
          label={t('deltas.take.from')}
          extra={t('deltas.take.fromHint')}
          validateStatus={same ? 'error' : undefined}
          help={same ? t('deltas.make.same') : undefined}
        >
          <AutoComplete
            value={fromVersion}
            onChange={setFromVersion}
            options={field.data?.items.map(({ version }) => ({ value: version }))}
            data-testid="diff-from"
          />
        </Form.Item>
        <Form.Item
          label={t('deltas.take.format')}
          extra={format === 'auto' ? t('deltas.take.autoHint') : t(`deltas.formatHints.${format}`)}
        >
          <Select
            value={format}
            onChange={setFormat}
            data-testid="diff-take-format"
            options={[
              { value: 'auto' as const, label: t('deltas.take.auto') },
              ...deltaFormats.map((value) => ({ value, label: t(`deltas.formats.${value}`) })),
            ]}
          />
        </Form.Item>
      </Form>
      {hovering && <DropVeil text={t('deltas.take.drop')} />}
    </Modal>
  )
}

/** Uploads a delta made by another tool, for a version that devices report. */
export const TakeModal = ({ open, ...props }: TakeProps & { open: boolean }) => (open ? <TakeForm {...props} /> : null)
