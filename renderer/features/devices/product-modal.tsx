import { Form, Input, InputNumber, Modal, Radio, Switch } from 'antd'
import { useEffect, useState } from 'react'
import { AUTO_REGISTER_LIMIT, AUTO_REGISTER_MAX, PRODUCT_KEY_PATTERN, SECRET_PATTERN } from '#shared/limits.ts'
import { protocolFacts } from '#shared/protocols/index.ts'
import type { Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { useAct } from '../../components/use-action.ts'
import { useFactText, useProtocolName } from '../../i18n/fact-text.ts'
import { useTexts } from '../../i18n/i18n.ts'

interface Values {
  name: string
  protocol: Product['protocol']
  key?: string
  secret?: string
  autoRegister: boolean
  autoRegisterLimit: number
  plainLogin: boolean
  successCriterion: Product['successCriterion']
}

interface ProductModalProps {
  open: boolean
  /** The product to change; left out: a new one. */
  product?: Product | undefined
  /** Required values of a new product, from a rejected login. */
  wanted?: { readonly key?: string | undefined; readonly protocols: readonly Product['protocol'][] } | undefined
  onClose: () => void
  onSaved: (product: Product) => void
}

/** Creates a product, or changes the name, secret or rules of one. */
export const ProductModal = ({ open, product, wanted, onClose, onSaved }: ProductModalProps) => {
  const t = useTexts()
  const protocolName = useProtocolName()
  const textOf = useFactText()
  const act = useAct()
  const [form] = Form.useForm<Values>()
  const [busy, setBusy] = useState(false)
  const info = useQuery(open ? 'station' : null, (signal) => client.station.info(undefined, { signal }))
  const served = (info.data?.protocols ?? []).filter((protocol) => wanted?.protocols.includes(protocol) ?? true)
  const [first] = served
  const chosen = Form.useWatch('protocol', form) ?? first
  const protocol = product?.protocol ?? chosen
  const registers = Form.useWatch('autoRegister', form) ?? product?.autoRegister ?? false
  useEffect(() => {
    if (open && product === undefined && first !== undefined && form.getFieldValue('protocol') === undefined)
      form.setFieldValue('protocol', first)
  }, [open, product, first, form])
  const plain = protocol === undefined ? 'none' : protocolFacts[protocol].login.plain
  const choose = (value: Product['protocol']) =>
    form.setFieldValue('successCriterion', protocolFacts[value].defaultSuccessCriterion)

  const save = async ({ key, secret, ...values }: Values) => {
    setBusy(true)
    const saved = await act(
      () =>
        product === undefined
          ? client.products.create({
              ...values,
              protocol: values.protocol ?? first,
              key: key || undefined,
              secret: secret || undefined,
            })
          : client.products.update({
              id: product.id,
              name: values.name,
              autoRegister: values.autoRegister,
              autoRegisterLimit: values.autoRegisterLimit,
              plainLogin: values.plainLogin,
              successCriterion: values.successCriterion,
              secret: secret || undefined,
            }),
      product === undefined ? t('products.form.created', { name: values.name }) : t('saved'),
    )
    setBusy(false)
    if (saved !== undefined) onSaved(saved)
  }

  const pattern = (expression: RegExp, text: string) => ({ pattern: expression, message: text })
  return (
    <Modal
      mask={{ closable: false }}
      open={open}
      title={product === undefined ? t('products.add') : t('products.edit')}
      okText={product === undefined ? t('create') : t('save')}
      okButtonProps={{
        loading: busy,
        htmlType: 'submit',
        form: 'product-form',
        ...{ 'data-testid': 'product-submit' },
      }}
      onCancel={onClose}
      destroyOnHidden
      centered
      width={640}
    >
      <Form<Values>
        id="product-form"
        form={form}
        layout="vertical"
        preserve={false}
        onFinish={save}
        initialValues={
          product ?? {
            key: wanted?.key,
            autoRegister: false,
            autoRegisterLimit: AUTO_REGISTER_LIMIT,
            plainLogin: true,
            successCriterion: 'version',
          }
        }
      >
        <Form.Item
          name="name"
          label={t('products.form.name')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input maxLength={64} autoFocus data-testid="product-name" />
        </Form.Item>
        {product === undefined && served.length === 1 && served[0] !== undefined && (
          <p className="secondary small product-protocol">
            {t('products.form.protocol')} <b>{protocolName(served[0])}</b>
          </p>
        )}
        {product === undefined && served.length > 1 && (
          <Form.Item
            name="protocol"
            label={t('products.form.protocol')}
            rules={[{ required: true, message: t('required') }]}
          >
            <Radio.Group
              className="protocol-choice"
              onChange={(event) => choose(event.target.value)}
              options={served.map((value) => ({
                value,
                label: (
                  <span data-testid={`protocol-${value}`}>
                    {protocolName(value)}
                    <span className="secondary small radio-hint">{textOf(protocolFacts[value].summary)}</span>
                  </span>
                ),
              }))}
            />
          </Form.Item>
        )}
        <div className={product === undefined ? 'form-two' : undefined}>
          {product === undefined && (
            <Form.Item
              name="key"
              label={t('products.form.key')}
              extra={t('products.form.keyHint')}
              rules={[pattern(PRODUCT_KEY_PATTERN, t('products.form.keyHint'))]}
            >
              <Input maxLength={64} className="mono" disabled={wanted?.key !== undefined} data-testid="product-key" />
            </Form.Item>
          )}
          <Form.Item
            name="secret"
            label={t('products.form.secret')}
            extra={product === undefined ? t('products.form.secretHint') : undefined}
            rules={[pattern(SECRET_PATTERN, t('devicesPage.form.secretBad'))]}
          >
            <Input.Password maxLength={128} autoComplete="off" />
          </Form.Item>
        </div>
        <div className="form-two product-switches">
          <div className="switch-row">
            <Form.Item name="autoRegister" valuePropName="checked" noStyle>
              <Switch aria-label={t('products.form.autoRegister')} data-testid="product-auto-register" />
            </Form.Item>
            <span>
              <b>{t('products.form.autoRegister')}</b>
              <span className="secondary small">{t('products.form.autoRegisterHint')}</span>
            </span>
          </div>
          {plain !== 'none' && (
            <div className="switch-row">
              <Form.Item name="plainLogin" valuePropName="checked" noStyle>
                <Switch aria-label={t('products.form.plainLogin')} data-testid="product-plain-login" />
              </Form.Item>
              <span>
                <b>{t('products.form.plainLogin')}</b>
                <span className="secondary small">
                  {plain === 'token' ? t('products.form.tokenLoginHint') : t('products.form.plainLoginHint')}
                </span>
              </span>
            </div>
          )}
        </div>
        <Form.Item
          name="autoRegisterLimit"
          label={t('products.form.autoRegisterLimit')}
          extra={t('products.form.autoRegisterLimitHint')}
          hidden={!registers}
          rules={[{ required: true, message: t('required') }]}
        >
          <InputNumber
            min={0}
            max={AUTO_REGISTER_MAX}
            precision={0}
            style={{ width: 160 }}
            data-testid="product-auto-register-limit"
          />
        </Form.Item>
        <Form.Item name="successCriterion" label={t('products.form.success')}>
          <Radio.Group
            className="radio-lines"
            options={(['version', 'progress'] as const).map((value) => ({
              value,
              label: (
                <>
                  {value === 'version' ? t('products.form.successVersion') : t('products.form.successProgress')}
                  <span className="secondary small radio-hint">
                    {value === 'version'
                      ? t('products.form.successVersionHint')
                      : t('products.form.successProgressHint')}
                  </span>
                </>
              ),
            }))}
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}
