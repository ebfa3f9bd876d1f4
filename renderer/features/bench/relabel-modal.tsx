import { Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { SERIAL_LENGTH, serialPattern } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { unitLabel } from './slot-lamps.ts'

interface Values {
  serial: string
  reason: string
}

interface RelabelProps {
  /** The unit's id. */
  unit: string
  onDone: () => void
  onClose: () => void
}

/** Gives a unit another serial number: an engineer's act, with a reason. */
export const RelabelModal = ({ unit, onDone, onClose }: RelabelProps) => {
  const t = useTexts()
  const act = useAct()
  const [form] = Form.useForm<Values>()
  const [busy, setBusy] = useState(false)
  const finish = async ({ serial, reason }: Values) => {
    setBusy(true)
    const done = await act(
      () => client.bench.relabel({ id: unit, serial: serial.trim(), reason: reason.trim() }),
      t('bench.relabel.done'),
    )
    setBusy(false)
    if (done === undefined) return
    onDone()
    onClose()
  }
  return (
    <Modal
      open
      title={t('bench.relabel.title', { unit: unitLabel(unit) })}
      width={440}
      okText={t('bench.relabel.now')}
      okButtonProps={{ ...{ 'data-testid': 'relabel-now' } }}
      cancelText={t('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="secondary">{t('bench.relabel.hint')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={finish}>
        <Form.Item
          name="serial"
          label={t('bench.relabel.serial')}
          rules={[
            { required: true, whitespace: true, message: t('required') },
            {
              validator: async (_, text: string | undefined) => {
                if (text?.trim() && !serialPattern.test(text.trim())) throw new Error(t('bench.relabel.bad'))
              },
            },
          ]}
        >
          <Input className="mono" maxLength={SERIAL_LENGTH} autoFocus data-testid="relabel-serial" />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('bench.relabel.reason')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input maxLength={200} placeholder={t('bench.relabel.reasonHint')} data-testid="relabel-reason" />
        </Form.Item>
      </Form>
    </Modal>
  )
}
