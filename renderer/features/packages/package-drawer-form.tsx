import { App, Button, Drawer, Form } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { z } from 'zod'
import { protocolFacts } from '#shared/protocols/index.ts'
import type { Package, PackageInput } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { useAct } from '../../components/use-action.ts'
import { useProtocolName } from '../../i18n/fact-text.ts'
import { formatBytes } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { ModuleModal } from '../devices/module-modal.tsx'
import { ProductModal } from '../devices/product-modal.tsx'
import { type FileFault, fileFault, objectIn, versionIn } from './file-check.ts'
import { FileField } from './file-field.tsx'
import { type ExtraFile, MoreFiles } from './more-files.tsx'
import { PackageFields } from './package-fields.tsx'
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
  /** A file dropped on the page; its upload begins at once. */
  file: File | null
  onClose: () => void
  onCreated: (pack: Package) => void
}

const PackageForm = ({ file, onClose, onCreated }: PackageFormProps) => {
  const t = useTexts()
  const protocolName = useProtocolName()
  const language = useLanguage()
  const act = useAct()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const { state, send, clear, keep } = useUpload()
  const [chosen, setChosen] = useState<File | null>(null)
  const [extras, setExtras] = useState<readonly ExtraFile[]>([])
  const keepers = useRef(new Map<number, () => void>())
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
        protocol: product === undefined ? '' : protocolName(product.protocol),
      })
    }
    return t(`packages.check.${found.code}`)
  }

  const severalFiles = product !== undefined && protocolFacts[product.protocol].features.severalFiles
  const names = [chosen?.name, ...extras.map((extra) => extra.file.name)]
  const extraFault = (candidate: File): string | undefined => {
    const found = faultOf(candidate)
    if (found !== undefined) return faultText(found)
    return names.filter((name) => name === candidate.name).length > 1 ? t('packages.form.twice') : undefined
  }
  const complete =
    state.step === 'done' &&
    fault === undefined &&
    (extras.length === 0 || severalFiles) &&
    extras.every((extra) => extra.uploadId !== null && extraFault(extra.file) === undefined)

  const take = (candidate: File) => {
    setChosen(candidate)
    if (faultOf(candidate) === undefined) send(candidate)
    else clear()
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
    if (state.step !== 'done' || !complete) return
    setBusy(true)
    const custom = objectIn(values.customInfo ?? '')
    const pack = await act(() =>
      client.packages.create({
        ...values,
        description: values.description?.trim() || undefined,
        customInfo: custom === null || custom === undefined ? undefined : (custom as CustomInfo),
        uploads: [state.upload.id, ...extras.flatMap((extra) => extra.uploadId ?? [])],
      }),
    )
    setBusy(false)
    if (pack === undefined) return
    keep()
    for (const keepExtra of keepers.current.values()) keepExtra()
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
        {(severalFiles || extras.length > 0) && chosen !== null && (
          <MoreFiles
            extras={extras}
            settings={settings.data}
            faultOf={extraFault}
            change={setExtras}
            keepers={keepers.current}
          />
        )}
        {extras.length > 0 && product !== undefined && !severalFiles && (
          <p className="note" data-tone="failed" role="alert">
            {t('packages.form.oneFile', { protocol: protocolName(product.protocol) })}
          </p>
        )}
        <PackageFields
          products={products.data?.items}
          modules={modules.data?.items}
          product={product}
          module={module}
          version={version}
          onProduct={() => {
            form.setFieldValue('module', 'default')
            const next = products.data?.items.find((item) => item.id === form.getFieldValue('productId'))
            if (next !== undefined && !protocolFacts[next.protocol].features.sha256)
              form.setFieldValue('signMethod', 'MD5')
          }}
          onNew={setMaking}
        />
      </Form>
      <div className="form-foot">
        <span className="secondary small">{state.step === 'sending' ? t('packages.form.waiting') : null}</span>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          type="primary"
          htmlType="submit"
          form="package-form"
          loading={busy}
          disabled={!complete}
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

/**
 * The form of the documents (docs/protocols/onenet.md §13.1) for one file. An accidental click or Escape does not discard inputs and
 * uploads.
 */
export const PackageFormDrawer = ({ open, ...props }: PackageFormProps & { open: boolean }) => {
  const t = useTexts()
  return (
    <Drawer
      open={open}
      onClose={props.onClose}
      size={600}
      title={t('packages.form.title')}
      mask={{ closable: false }}
      keyboard={false}
      destroyOnHidden
      data-testid="package-drawer"
    >
      {open && <PackageForm {...props} />}
    </Drawer>
  )
}
