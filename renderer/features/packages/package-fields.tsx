import { PlusOutlined } from '@ant-design/icons'
import { Button, Divider, Form, Input, Radio, Select, Switch } from 'antd'
import type { ReactElement } from 'react'
import { PACKAGE_NAME_PATTERN, VERSION_PATTERN } from '#shared/limits.ts'
import { protocolFacts, protocols } from '#shared/protocols/index.ts'
import type { Module, Product } from '#shared/schema.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { CUSTOM_INFO_DEPTH, objectIn } from './file-check.ts'

interface PackageFieldsProps {
  products: readonly Product[] | undefined
  modules: readonly Module[] | undefined
  /** The present values. */
  product: Product | undefined
  module: Module | undefined
  version: string | undefined
  onProduct: () => void
  onNew: (what: 'product' | 'module') => void
}

interface WithNewProps {
  menu: ReactElement
  label: string
  onNew: () => void
  testId: string
}

/** A selection list whose last entry creates a missing object. */
const WithNew = ({ menu, label, onNew, testId }: WithNewProps) => (
  <>
    {menu}
    <Divider style={{ margin: '4px 0' }} />
    <Button type="text" block icon={<PlusOutlined />} onClick={onNew} data-testid={testId}>
      {label}
    </Button>
  </>
)

/** The fields of the documents (docs/protocols/onenet.md §13.1), with the limits of the product's protocol. */
export const PackageFields = ({
  products,
  modules,
  product,
  module,
  version,
  onProduct,
  onNew,
}: PackageFieldsProps) => {
  const t = useTexts()
  const { packageLimits: limits, versionForm } = protocolFacts[product?.protocol ?? protocols[0]]
  return (
    <>
      <div className="form-two">
        <Form.Item
          name="productId"
          label={t('packages.form.product')}
          rules={[{ required: true, message: t('required') }]}
        >
          <Select
            placeholder={t('packages.form.productHint')}
            loading={products === undefined}
            showSearch={{ optionFilterProp: 'label' }}
            options={products?.map((item) => ({ value: item.id, label: item.name }))}
            onChange={onProduct}
            data-testid="package-product"
            popupRender={(menu) => (
              <WithNew
                menu={menu}
                label={t('packages.form.newProduct')}
                onNew={() => onNew('product')}
                testId="package-new-product"
              />
            )}
          />
        </Form.Item>
        <Form.Item name="module" label={t('packages.form.module')} rules={[{ required: true, message: t('required') }]}>
          <Select
            disabled={product === undefined}
            options={modules?.map((item) => ({
              value: item.name,
              label: item.alias === null ? item.name : `${item.name} · ${item.alias}`,
            }))}
            data-testid="package-module"
            popupRender={(menu) => (
              <WithNew
                menu={menu}
                label={t('packages.form.newModule')}
                onNew={() => onNew('module')}
                testId="package-new-module"
              />
            )}
          />
        </Form.Item>
      </div>
      {module !== undefined && (module.vendor !== null || module.model !== null) && (
        <p className="secondary small form-aside">
          {t('packages.form.vendor')} {module.vendor ?? t('none')} · {t('packages.form.model')}{' '}
          {module.model ?? t('none')}
        </p>
      )}
      <Form.Item
        name="name"
        label={t('packages.form.name')}
        extra={t('packages.form.nameHint', { max: limits.nameMax })}
        rules={[
          { required: true, message: t('required') },
          {
            validator: (_, value: string | undefined) =>
              !value || ([...value].length <= limits.nameMax && PACKAGE_NAME_PATTERN.test(value))
                ? Promise.resolve()
                : Promise.reject(new Error(t('packages.form.nameHint', { max: limits.nameMax }))),
          },
        ]}
      >
        <Input
          count={{ show: true, max: limits.nameMax, strategy: (text) => [...text].length }}
          data-testid="package-name"
        />
      </Form.Item>
      <div className="form-two">
        <Form.Item
          name="version"
          label={t('packages.form.version')}
          dependencies={['productId']}
          extra={
            product && versionForm && version && !versionForm.test(version) ? (
              <span className="toned" data-tone="person">
                ! {t('packages.form.versionLoose')}
              </span>
            ) : (
              t('packages.form.versionHint', { max: limits.versionMax })
            )
          }
          rules={[
            { required: true, message: t('required') },
            {
              validator: (_, value: string | undefined) =>
                !value || (value.length <= limits.versionMax && VERSION_PATTERN.test(value))
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('packages.form.versionHint', { max: limits.versionMax }))),
            },
          ]}
        >
          <Input placeholder="1.2.3" data-testid="package-version" />
        </Form.Item>
        <Form.Item name="signMethod" label={t('packages.form.signMethod')} required>
          <Radio.Group
            optionType="button"
            options={[
              { value: 'MD5', label: 'MD5' },
              {
                value: 'SHA256',
                label: 'SHA256',
                disabled: product !== undefined && !protocolFacts[product.protocol].features.sha256,
              },
            ]}
          />
        </Form.Item>
      </div>
      <div className="switch-row">
        <Form.Item name="verify" valuePropName="checked" noStyle>
          <Switch aria-label={t('packages.form.verify')} data-testid="package-verify" />
        </Form.Item>
        <span>
          <b>{t('packages.form.verify')}</b>
          <span className="secondary small">{t('packages.form.verifyHint')}</span>
        </span>
      </div>
      <Form.Item name="description" label={t('packages.form.description')}>
        <Input.TextArea rows={2} maxLength={1024} />
      </Form.Item>
      <Form.Item
        name="customInfo"
        label={t('packages.form.customInfo')}
        extra={t('packages.form.customInfoHint')}
        rules={[
          {
            validator: (_, value: string | undefined) =>
              objectIn(value ?? '') === undefined
                ? Promise.reject(new Error(t('packages.form.customInfoBad', { limit: CUSTOM_INFO_DEPTH })))
                : Promise.resolve(),
          },
        ]}
      >
        <Input.TextArea rows={2} className="mono" placeholder={'{"channel": "stable"}'} />
      </Form.Item>
    </>
  )
}
