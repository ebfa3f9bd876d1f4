import { Form, Input, InputNumber, Modal, Radio } from 'antd'
import { useState } from 'react'
import { deviceClasses } from '#shared/delta-formats.ts'
import { MODULE_NAME_PATTERN } from '#shared/limits.ts'
import type { Module } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { Choice } from '../../components/choice.tsx'
import { useAct } from '../../components/use-action.ts'
import { useTexts } from '../../i18n/i18n.ts'

interface Values {
  name: string
  kind: Module['kind']
  alias?: string
  vendor?: string
  model?: string
  deviceClass: Module['deviceClass']
  /** Kilobytes. */
  ram?: number | null
}

interface ModuleModalProps {
  open: boolean
  productId: number
  /** The module to change; left out: a new one. */
  module?: Module
  onClose: () => void
  onSaved: (module: Module) => void
}

/** The hardware choices of a device class; the form stores the selection. */
const ClassField = ({
  value,
  onChange,
}: {
  value?: Module['deviceClass']
  onChange?: (next: Module['deviceClass']) => void
}) => {
  const t = useTexts()
  return (
    <div className="cards class-cards">
      {deviceClasses.map((name) => (
        <Choice
          key={name}
          type="radio"
          name="deviceClass"
          checked={value === name}
          onChange={() => onChange?.(name)}
          title={t(`deltas.classes.${name}`)}
          hint={t(`deltas.classHints.${name}`)}
          testId={`class-${name}`}
        />
      ))}
    </div>
  )
}

/** A module of a product: vendor and model, which appear on its packages, and its hardware, which decides its deltas. */
export const ModuleModal = ({ open, productId, module, onClose, onSaved }: ModuleModalProps) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [form] = Form.useForm<Values>()
  const deviceClass = Form.useWatch('deviceClass', form)
  const save = async ({ name, kind, alias, vendor, model, deviceClass: chosen, ram }: Values) => {
    setBusy(true)
    const said = { alias: alias?.trim() || null, vendor: vendor?.trim() || null, model: model?.trim() || null }
    const ramBytes = chosen === 'mcu' && ram ? Math.round(ram * 1024) : null
    const saved =
      module === undefined
        ? await act(
            () =>
              client.products.createModule({
                id: productId,
                name,
                kind,
                alias: said.alias ?? undefined,
                vendor: said.vendor ?? undefined,
                model: said.model ?? undefined,
                deviceClass: chosen,
                ramBytes: ramBytes ?? undefined,
              }),
            t('products.moduleAdded', { name }),
          )
        : await act(
            () =>
              client.products.updateModule({
                id: productId,
                name: module.name,
                ...said,
                deviceClass: chosen,
                ramBytes,
              }),
            t('products.moduleChanged', { name: module.name }),
          )
    setBusy(false)
    if (saved !== undefined) onSaved(saved)
  }
  return (
    <Modal
      mask={{ closable: false }}
      open={open}
      title={module === undefined ? t('products.addModule') : t('products.editModule', { name: module.name })}
      okText={module === undefined ? t('add') : t('save')}
      okButtonProps={{ loading: busy, htmlType: 'submit', form: 'module-form', ...{ 'data-testid': 'module-submit' } }}
      onCancel={onClose}
      destroyOnHidden
      width={560}
    >
      <Form<Values>
        id="module-form"
        form={form}
        layout="vertical"
        preserve={false}
        onFinish={save}
        initialValues={
          module === undefined
            ? { kind: 'FOTA', deviceClass: 'linux' }
            : {
                ...module,
                alias: module.alias ?? undefined,
                vendor: module.vendor ?? undefined,
                model: module.model ?? undefined,
                ram: module.ramBytes === null ? undefined : module.ramBytes / 1024,
              }
        }
      >
        {module === undefined && (
          <>
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
          </>
        )}
        <Form.Item name="deviceClass" label={t('deltas.deviceClass')} extra={t('deltas.deviceClassHint')}>
          <ClassField />
        </Form.Item>
        {deviceClass === 'mcu' && (
          <Form.Item name="ram" label={t('deltas.ram')} extra={t('deltas.ramHint')}>
            <InputNumber
              min={0.25}
              max={2_097_152}
              suffix={t('deltas.kb')}
              style={{ width: 160 }}
              data-testid="module-ram"
            />
          </Form.Item>
        )}
        <Form.Item name="alias" label={t('products.alias')}>
          <Input maxLength={64} />
        </Form.Item>
        <div className="form-two">
          <Form.Item name="vendor" label={t('products.vendor')}>
            <Input maxLength={64} />
          </Form.Item>
          <Form.Item name="model" label={t('products.model')}>
            <Input maxLength={64} />
          </Form.Item>
        </div>
      </Form>
    </Modal>
  )
}
