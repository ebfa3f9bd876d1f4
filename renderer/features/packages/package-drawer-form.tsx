import { PlusOutlined } from '@ant-design/icons'
import { App, Button, Divider, Drawer, Form, Input, Radio, Select, Switch } from 'antd'
import { useEffect, useState } from 'react'
import type { z } from 'zod'
import { PACKAGE_NAME_PATTERN, packageLimits, VERSION_PATTERN } from '#shared/limits.ts'
import type { Package, PackageInput } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { useAct } from '../../components/use-act.ts'
import { formatBytes } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { ModuleModal } from '../devices/module-modal.tsx'
import { ProductModal } from '../devices/product-modal.tsx'
import { type FileFault, fileFault, isDottedTriple, objectIn, versionIn } from './file-check.ts'
import { FileField } from './file-field.tsx'
import { useUpload } from './use-upload.ts'

interface Values {
  productId: number
  module: string
  name: string
  version: string
  signMethod: 'MD5' | 'SHA256'
  verify: boolean
  description?: string
  customInfo?: string
}

type CustomInfo = z.input<typeof PackageInput>['customInfo']

interface PackageFormProps {
  /** Dropped on the page; its upload begins at once. */
  file: File | null
  onClose: () => void
  onCreated: (pack: Package) => void
}

const PackageForm = ({ file, onClose, onCreated }: PackageFormProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const { state, send, clear, keep } = useUpload()
  const [chosen, setChosen] = useState<File | null>(null)
  const [making, setMaking] = useState<'product' | 'module' | null>(null)
  const [busy, setBusy] = useState(false)
  const settings = useQuery('settings', (signal) => client.station.settings(undefined, { signal }))
  const products = useQuery('products', (signal) => client.products.list({ limit: 1000 }, { signal }))
  const productId = Form.useWatch('productId', form)
  const moduleName = Form.useWatch('module', form)
  const version = Form.useWatch('version', form)
  const product = products.data?.items.find((item) => item.id === productId)
  const modules = useQuery(productId === undefined ? null : `modules/${productId}`, (signal) =>
    client.products.modules({ id: productId ?? 0 }, { signal }),
  )
  const module = modules.data?.items.find((item) => item.name === moduleName)
  const limits = packageLimits[product?.protocol ?? 'sagoo']

  const only = products.data?.items.length === 1 ? products.data.items[0]?.id : undefined
  useEffect(() => {
    if (only !== undefined && form.getFieldValue('productId') === undefined) form.setFieldValue('productId', only)
  }, [only, form])

  const faultOf = (candidate: File): FileFault | undefined =>
    settings.data === undefined ? undefined : fileFault(candidate, settings.data, product?.protocol)
  const fault = chosen === null ? undefined : faultOf(chosen)
  const faultText = (found: FileFault): string => {
    if (found.code === 'FILE_FORMAT') return t('packages.check.FILE_FORMAT', { formats: found.formats })
    if (found.code === 'FILE_SIZE' || found.code === 'FILE_LIMIT') {
      return t(`packages.check.${found.code}`, {
        size: formatBytes(found.bytes, language),
        limit: formatBytes(found.limitBytes, language),
        protocol: product?.protocol ?? '',
      })
    }
    return t(`packages.check.${found.code}`)
  }

  const take = (candidate: File) => {
    setChosen(candidate)
    send(candidate)
    const found = versionIn(candidate.name)
    if (found !== undefined && !form.getFieldValue('version')) form.setFieldValue('version', found)
  }
  const ready = settings.data !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: a dropped file is taken once, when the limits are known
  useEffect(() => {
    if (ready && file !== null && chosen !== file) take(file)
  }, [file, ready])
  useEffect(() => {
    if (fault !== undefined && state.step === 'sending') clear()
  }, [fault, state.step, clear])

  const submit = async (values: Values) => {
    if (state.step !== 'done') return
    setBusy(true)
    const custom = objectIn(values.customInfo ?? '')
    const pack = await act(() =>
      client.packages.create({
        ...values,
        description: values.description?.trim() || undefined,
        customInfo: custom === null || custom === undefined ? undefined : (custom as CustomInfo),
        uploads: [state.upload.id],
      }),
    )
    setBusy(false)
    if (pack === undefined) return
    keep()
    message.success(t('packages.form.created', { name: pack.name }))
    onCreated(pack)
  }

  const shownState =
    fault !== undefined && chosen !== null
      ? ({ step: 'failed', file: chosen, failure: { kind: 'offline' } } as const)
      : state
  return (
    <>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={(label, { required }) => (
          <>
            {label}
            {!required && <span className="secondary small">&nbsp;{t('optional')}</span>}
          </>
        )}
        initialValues={{ module: 'default', signMethod: 'MD5', verify: false }}
        onFinish={submit}
        validateTrigger="onBlur"
        id="package-form"
      >
        <FileField
          state={shownState}
          settings={settings.data}
          fault={fault === undefined ? undefined : faultText(fault)}
          onFile={take}
          onAbort={() => {
            clear()
            setChosen(null)
          }}
        />
        <div className="form-two">
          <Form.Item
            name="productId"
            label={t('packages.form.product')}
            rules={[{ required: true, message: t('required') }]}
          >
            <Select
              placeholder={t('packages.form.productHint')}
              loading={products.loading}
              showSearch={{ optionFilterProp: 'label' }}
              options={products.data?.items.map((item) => ({ value: item.id, label: item.name }))}
              onChange={() => form.setFieldValue('module', 'default')}
              data-testid="package-product"
              popupRender={(menu) => (
                <>
                  {menu}
                  <Divider style={{ margin: '4px 0' }} />
                  <Button
                    type="text"
                    block
                    icon={<PlusOutlined />}
                    onClick={() => setMaking('product')}
                    data-testid="package-new-product"
                  >
                    {t('packages.form.newProduct')}
                  </Button>
                </>
              )}
            />
          </Form.Item>
          <Form.Item
            name="module"
            label={t('packages.form.module')}
            rules={[{ required: true, message: t('required') }]}
          >
            <Select
              disabled={productId === undefined}
              options={modules.data?.items.map((item) => ({
                value: item.name,
                label: item.alias === null ? item.name : `${item.name} · ${item.alias}`,
              }))}
              data-testid="package-module"
              popupRender={(menu) => (
                <>
                  {menu}
                  <Divider style={{ margin: '4px 0' }} />
                  <Button type="text" block icon={<PlusOutlined />} onClick={() => setMaking('module')}>
                    {t('packages.form.newModule')}
                  </Button>
                </>
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
              product?.protocol === 'sagoo' && version && !isDottedTriple(version) ? (
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
                { value: 'SHA256', label: 'SHA256' },
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
                  ? Promise.reject(new Error(t('packages.form.customInfoBad')))
                  : Promise.resolve(),
            },
          ]}
        >
          <Input.TextArea rows={2} className="mono" placeholder={'{"channel": "stable"}'} />
        </Form.Item>
      </Form>
      <div className="form-foot">
        <span className="secondary small">{state.step === 'sending' ? t('packages.form.waiting') : null}</span>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          type="primary"
          htmlType="submit"
          form="package-form"
          loading={busy}
          disabled={state.step !== 'done' || fault !== undefined}
          data-testid="package-submit"
        >
          {t('packages.form.submit')}
        </Button>
      </div>
      <ProductModal
        open={making === 'product'}
        onClose={() => setMaking(null)}
        onSaved={(made) => {
          products.reload()
          form.setFieldsValue({ productId: made.id, module: 'default' })
          setMaking(null)
        }}
      />
      {productId !== undefined && (
        <ModuleModal
          open={making === 'module'}
          productId={productId}
          onClose={() => setMaking(null)}
          onSaved={(made) => {
            modules.reload()
            form.setFieldValue('module', made.name)
            setMaking(null)
          }}
        />
      )}
    </>
  )
}

/** The form of the documents (reference 000, STEP 4) for one file. */
export const PackageFormDrawer = ({ open, ...props }: PackageFormProps & { open: boolean }) => {
  const t = useTexts()
  return (
    <Drawer
      open={open}
      onClose={props.onClose}
      size={600}
      title={t('packages.form.title')}
      destroyOnHidden
      data-testid="package-drawer"
    >
      {open && <PackageForm {...props} />}
    </Drawer>
  )
}
