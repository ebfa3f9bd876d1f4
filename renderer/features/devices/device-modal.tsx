import { Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { DEVICE_NAME_PATTERN, SECRET_PATTERN } from '#shared/limits.ts'
import type { Device, Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

interface Values {
  productId: number
  name: string
  secret?: string
  accessToken?: string
}

interface DeviceModalProps {
  open: boolean
  products: readonly Product[]
  productId: number | undefined
  onClose: () => void
  onSaved: (device: Device) => void
}

/** Adds one device manually. */
export const DeviceModal = ({ open, products, productId, onClose, onSaved }: DeviceModalProps) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const save = async (values: Values) => {
    setBusy(true)
    const made = await act(
      () =>
        client.devices.create({
          ...values,
          secret: values.secret || undefined,
          accessToken: values.accessToken || undefined,
        }),
      t('devicesPage.form.created', { name: values.name }),
    )
    setBusy(false)
    if (made !== undefined) onSaved(made)
  }
  return (
    <Modal
      mask={{ closable: false }}
      open={open}
      title={t('devicesPage.form.title')}
      okText={t('add')}
      okButtonProps={{ loading: busy, htmlType: 'submit', form: 'device-form', ...{ 'data-testid': 'device-submit' } }}
      onCancel={onClose}
      destroyOnHidden
      width={480}
    >
      <Form<Values>
        id="device-form"
        layout="vertical"
        preserve={false}
        onFinish={save}
        initialValues={{ productId: productId ?? products[0]?.id }}
      >
        <Form.Item name="productId" label={t('product')} rules={[{ required: true, message: t('required') }]}>
          <Select options={products.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
        <Form.Item
          name="name"
          label={t('devicesPage.form.name')}
          extra={t('devicesPage.form.nameHint')}
          rules={[
            { required: true, message: t('required') },
            { pattern: DEVICE_NAME_PATTERN, message: t('devicesPage.form.nameHint') },
          ]}
        >
          <Input maxLength={64} autoFocus data-testid="device-name" />
        </Form.Item>
        <Form.Item
          name="secret"
          label={t('devicesPage.detail.secret')}
          extra={t('devicesPage.form.secretHint')}
          rules={[{ pattern: SECRET_PATTERN, message: t('devicesPage.form.secretBad') }]}
        >
          <Input maxLength={128} className="mono" />
        </Form.Item>
        <Form.Item
          name="accessToken"
          label={t('devicesPage.detail.accessToken')}
          extra={t('devicesPage.form.secretHint')}
          rules={[{ pattern: DEVICE_NAME_PATTERN, message: t('devicesPage.form.tokenBad') }]}
        >
          <Input maxLength={64} className="mono" />
        </Form.Item>
      </Form>
    </Modal>
  )
}
