import { PlayCircleOutlined } from '@ant-design/icons'
import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { errorText } from '#shared/error-texts.ts'
import { VERSION_PATTERN } from '#shared/limits.ts'
import { protocolFacts } from '#shared/protocols/index.ts'
import { type Product, type SimulatorInput, type SimulatorStatus, simulatorFaults } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { type Query, usePolled, useQuery } from '../../api/queries.ts'
import { go } from '../../app/router.ts'
import { Empty } from '../../components/empty-state.tsx'
import { Panel } from '../../components/page.tsx'
import { StateWord } from '../../components/state-label.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** Whether virtual devices run, their counts by activity, and the last error. */
const SimulatorNumbers = ({ status }: { status: SimulatorStatus }) => {
  const t = useTexts()
  const language = useLanguage()
  const numbers = [
    ['connected', status.connected, 'passed'],
    ['upgrading', status.upgrading, 'running'],
    ['succeeded', status.succeeded, 'passed'],
    ['failed', status.failed, 'failed'],
  ] as const
  return (
    <div className="simulator-status">
      <StateWord tag look={status.running ? { tone: 'running', glyph: '▶' } : { tone: 'idle', glyph: '○' }}>
        {status.running ? t('settings.simulator.running') : t('settings.simulator.stopped')}
      </StateWord>
      {status.running &&
        numbers.map(([key, value, tone]) => (
          <div key={key} className="number" data-tone={value === 0 ? undefined : tone} data-zero={value === 0}>
            <b data-testid={`simulator-${key}`} data-count={value}>
              {formatCount(value, language)}
              {key === 'connected' && <span className="secondary"> / {formatCount(status.devices, language)}</span>}
            </b>
            <span>{t(`settings.simulator.${key}`)}</span>
          </div>
        ))}
      {status.lastError !== null && (
        <p className="note" data-tone="failed" role="alert">
          {errorText(status.lastError.code, language, status.lastError.data)}
        </p>
      )}
    </div>
  )
}

interface Values extends Omit<SimulatorInput, 'bytesPerSecond' | 'rebootMs'> {
  kilobytes: number
  rebootSeconds: number
}

const SimulatorForm = ({ products, status }: { products: readonly Product[]; status: Query<SimulatorStatus> }) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [form] = Form.useForm<Values>()
  const productId = Form.useWatch('productId', form) ?? status.data?.settings?.productId ?? products[0]?.id
  const modules = useQuery(productId === undefined ? null : `modules/${productId}`, (signal) =>
    client.products.modules({ id: productId ?? 0 }, { signal }),
  )
  const product = products.find(({ id }) => id === productId)
  const fault = Form.useWatch('fault', form) ?? status.data?.settings?.fault ?? 'mixed'
  const failurePercent = Form.useWatch('failurePercent', form) ?? 0
  const running = status.data?.running ?? false
  const last = status.data?.settings
  const run = async (action: () => Promise<SimulatorStatus>) => {
    setBusy(true)
    await act(action)
    status.reload()
    setBusy(false)
  }
  const start = ({ kilobytes, rebootSeconds, ...values }: Values) =>
    run(() =>
      client.simulator.start({
        ...values,
        bytesPerSecond: Math.round(kilobytes * 1024),
        rebootMs: Math.round(rebootSeconds * 1000),
      }),
    )
  const required = { required: true, message: t('required') }
  const wide = { width: '100%' }
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={running}
      onFinish={start}
      initialValues={{
        productId,
        module: last?.module ?? 'default',
        count: last?.count ?? 50,
        prefix: last?.prefix ?? 'sim',
        version: last?.version ?? '1.0.0',
        kilobytes: (last?.bytesPerSecond ?? 65_536) / 1024,
        failurePercent: last?.failurePercent ?? 0,
        fault: last?.fault ?? 'mixed',
        askSeconds: last?.askSeconds ?? 0,
        rebootSeconds: (last?.rebootMs ?? 1500) / 1000,
      }}
    >
      <div className="settings-four">
        <Form.Item name="productId" label={t('settings.simulator.product')} rules={[required]}>
          <Select
            options={products.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={() => form.setFieldValue('module', 'default')}
            data-testid="simulator-product"
          />
        </Form.Item>
        <Form.Item name="module" label={t('settings.simulator.module')} rules={[required]}>
          <Select options={modules.data?.items.map(({ name }) => ({ value: name, label: name }))} />
        </Form.Item>
        <Form.Item
          name="count"
          label={t('settings.simulator.count')}
          extra={t('settings.simulator.countHint')}
          rules={[required]}
        >
          <InputNumber min={1} max={5000} precision={0} style={wide} data-testid="simulator-count" />
        </Form.Item>
        <Form.Item
          name="prefix"
          label={t('settings.simulator.prefix')}
          rules={[required, { pattern: /^[A-Za-z0-9_.-]{1,32}$/, message: t('settings.simulator.prefixBad') }]}
        >
          <Input maxLength={32} data-testid="simulator-prefix" />
        </Form.Item>
        <Form.Item
          name="version"
          label={t('settings.simulator.version')}
          rules={[required, { pattern: VERSION_PATTERN, message: t('packages.form.versionHint', { max: 100 }) }]}
        >
          <Input maxLength={100} data-testid="simulator-version" />
        </Form.Item>
        <Form.Item
          name="kilobytes"
          label={t('settings.simulator.speed')}
          extra={t('settings.simulator.speedHint')}
          rules={[required]}
        >
          <InputNumber min={0} max={900_000} suffix="KB/s" style={wide} data-testid="simulator-speed" />
        </Form.Item>
        <Form.Item
          name="failurePercent"
          label={t('settings.simulator.failure')}
          extra={t('settings.simulator.failureHint')}
          rules={[required]}
        >
          <InputNumber min={0} max={100} suffix="%" style={wide} data-testid="simulator-failure" />
        </Form.Item>
        <Form.Item
          name="fault"
          label={t('settings.simulator.fault')}
          extra={t(`settings.simulator.faultHints.${fault}`)}
          rules={[required]}
        >
          <Select
            disabled={running || failurePercent === 0}
            options={simulatorFaults.map((value) => ({ value, label: t(`settings.simulator.faults.${value}`) }))}
            data-testid="simulator-fault"
          />
        </Form.Item>
        <Form.Item name="rebootSeconds" label={t('settings.simulator.reboot')} rules={[required]}>
          <InputNumber min={0} max={600} step={0.5} suffix="s" style={wide} data-testid="simulator-reboot" />
        </Form.Item>
        {product !== undefined && protocolFacts[product.protocol].features.queries && (
          <Form.Item
            name="askSeconds"
            label={t('settings.simulator.ask')}
            extra={t(
              protocolFacts[product.protocol].features.push
                ? 'settings.simulator.askHint'
                : 'settings.simulator.askAlways',
            )}
            rules={[required]}
          >
            <InputNumber min={0} max={3600} suffix="s" style={wide} data-testid="simulator-ask" />
          </Form.Item>
        )}
      </div>
      {running ? (
        <Button
          danger
          disabled={false}
          loading={busy}
          onClick={() => run(() => client.simulator.stop())}
          data-testid="simulator-stop"
        >
          {t('settings.simulator.stop')}
        </Button>
      ) : (
        <Button
          type="primary"
          htmlType="submit"
          icon={<PlayCircleOutlined />}
          loading={busy}
          data-testid="simulator-start"
        >
          {t('settings.simulator.start')}
        </Button>
      )}
    </Form>
  )
}

/** Virtual devices: their settings, and their state once a second. */
export const SimulatorPanel = () => {
  const t = useTexts()
  const products = useQuery('products', (signal) => client.products.list({ limit: 1000 }, { signal }))
  const status = useQuery('simulator', (signal) => client.simulator.status(undefined, { signal }))
  usePolled(status, 1000)
  const failed = products.failure ?? status.failure
  const body = () => {
    if (products.data === undefined || status.data === undefined) {
      const reload = () => {
        products.reload()
        status.reload()
      }
      return <Unanswered query={{ failure: failed, reload }} rows={4} />
    }
    if (products.data.items.length === 0) {
      return (
        <Empty
          title={t('settings.simulator.needsProduct')}
          actions={
            <Button type="primary" onClick={() => go('devices', 'products/new')}>
              {t('products.add')}
            </Button>
          }
        />
      )
    }
    return (
      <>
        <SimulatorNumbers status={status.data} />
        <SimulatorForm products={products.data.items} status={status} />
      </>
    )
  }
  return (
    <Panel title={t('settings.simulator.title')} testId="simulator-panel">
      <p className="secondary simulator-hint">{t('settings.simulator.hint')}</p>
      {body()}
    </Panel>
  )
}
