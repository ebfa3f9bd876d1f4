import { Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { SECRET_PATTERN } from '#shared/limits.ts'
import type { Device, Product, RejectedLogin } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useAct } from '../../../components/use-action.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { type KnockAnswer, nameOf } from './merge-rejected-logins.ts'

interface Values {
  productId?: number
  secret?: string
}

interface AcceptModalProps {
  knock: RejectedLogin
  /** The values to ask for. */
  asks: Extract<KnockAnswer, { kind: 'form' }>
  products: readonly Product[]
  onClose: () => void
  onAccepted: (device: Device) => void
}

/** The missing values for accepting a device: its product, its secret. */
export const AcceptModal = ({ knock, asks, products, onClose, onAccepted }: AcceptModalProps) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const name = nameOf(knock)
  const fitting = products.filter(({ protocol }) => knock.protocols.includes(protocol))
  const save = async (values: Values) => {
    setBusy(true)
    const device = await act(
      () => client.knocks.accept({ id: knock.id, ...values, replaceSecret: asks.replace }),
      t('rejectedLogins.accepted', { name }),
    )
    setBusy(false)
    if (device !== undefined) onAccepted(device)
  }
  return (
    <Modal
      mask={{ closable: false }}
      open
      title={asks.replace ? t('rejectedLogins.form.replaceTitle', { name }) : t('rejectedLogins.form.title', { name })}
      okText={asks.replace ? t('rejectedLogins.form.replace') : t('rejectedLogins.form.submit')}
      okButtonProps={{
        loading: busy,
        danger: asks.replace,
        htmlType: 'submit',
        form: 'accept-form',
        ...{ 'data-testid': 'knock-submit' },
      }}
      onCancel={onClose}
      width={480}
    >
      <Form<Values>
        id="accept-form"
        layout="vertical"
        requiredMark={false}
        onFinish={save}
        initialValues={{ productId: fitting.length === 1 ? fitting[0]?.id : undefined }}
      >
        {asks.replace && (
          <p className="note" data-tone="person">
            {t('rejectedLogins.form.replaceHint')}
          </p>
        )}
        {asks.askProduct && (
          <Form.Item
            name="productId"
            label={t('rejectedLogins.form.product')}
            rules={[{ required: true, message: t('required') }]}
          >
            <Select
              options={fitting.map((product) => ({ value: product.id, label: product.name }))}
              data-testid="knock-product"
            />
          </Form.Item>
        )}
        {asks.askSecret && (
          <Form.Item
            name="secret"
            label={t('rejectedLogins.form.secret')}
            extra={t('rejectedLogins.form.secretHint')}
            rules={[
              { required: true, message: t('required') },
              { pattern: SECRET_PATTERN, message: t('devicesPage.form.secretBad') },
            ]}
          >
            <Input.Password autoFocus maxLength={128} autoComplete="off" data-testid="knock-secret" />
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}
