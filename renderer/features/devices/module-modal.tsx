import { Form, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { MODULE_NAME_PATTERN } from '#shared/limits.ts'
import type { Module } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-act.ts'
import { useTexts } from '../../i18n/i18n.ts'

interface Values {
  name: string
  kind: Module['kind']
  alias?: string
  vendor?: string
  model?: string
}

interface ModuleModalProps {
  open: boolean
  productId: number
  onClose: () => void
  onSaved: (module: Module) => void
}

/** A further module of a product, with the vendor and model that packages for it show. */
export const ModuleModal = ({ open, productId, onClose, onSaved }: ModuleModalProps) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const save = async ({ name, kind, alias, vendor, model }: Values) => {
    setBusy(true)
    const made = await act(
      () =>
        client.products.createModule({
          id: productId,
          name,
          kind,
          alias: alias?.trim() || undefined,
          vendor: vendor?.trim() || undefined,
          model: model?.trim() || undefined,
        }),
      t('products.moduleAdded', { name }),
    )
    setBusy(false)
    if (made !== undefined) onSaved(made)
  }
  return (
    <Modal
      mask={{ closable: false }}
      open={open}
      title={t('products.addModule')}
      okText={t('add')}
      okButtonProps={{ loading: busy, htmlType: 'submit', form: 'module-form', ...{ 'data-testid': 'module-submit' } }}
      onCancel={onClose}
      destroyOnHidden
      width={480}
    >
      <Form<Values>
        id="module-form"
        layout="vertical"
        preserve={false}
        onFinish={save}
        initialValues={{ kind: 'FOTA' }}
      >
        <Form.Item
          name="name"
          label={t('products.moduleName')}
          extra={t('products.moduleNameHint')}
          rules={[
            { required: true, message: t('required') },
            { pattern: MODULE_NAME_PATTERN, message: t('products.moduleNameHint') },
          ]}
        >
          <Input maxLength={64} autoFocus placeholder="MCU" data-testid="module-name" />
        </Form.Item>
        <Form.Item name="kind" label={t('products.kind')}>
          <Radio.Group
            options={(['FOTA', 'SOTA'] as const).map((value) => ({ value, label: t(`products.kinds.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="alias" label={t('products.alias')}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="vendor" label={t('products.vendor')}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="model" label={t('products.model')}>
          <Input maxLength={64} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
