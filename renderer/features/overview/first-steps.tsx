import { AppstoreAddOutlined, CloudUploadOutlined, HddOutlined, RocketOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { Overview } from '#shared/schema.ts'
import { go } from '../../app/router.ts'
import { useTexts } from '../../i18n/i18n.ts'

interface Step {
  key: 'product' | 'package' | 'simulator' | 'campaign'
  icon: ReactNode
  done: boolean
  open: () => void
}

/** The steps to the first upgrade, with finished ones ticked. */
export const FirstSteps = ({ overview }: { overview: Overview }) => {
  const t = useTexts()
  const steps: Step[] = [
    {
      key: 'product',
      icon: <AppstoreAddOutlined />,
      done: overview.products > 0,
      open: () => go('devices', 'products/new'),
    },
    { key: 'package', icon: <CloudUploadOutlined />, done: overview.packages > 0, open: () => go('packages', 'new') },
    { key: 'simulator', icon: <HddOutlined />, done: overview.devices > 0, open: () => go('settings', 'simulator') },
    { key: 'campaign', icon: <RocketOutlined />, done: false, open: () => go('campaigns', 'new') },
  ]
  const next = steps.find((step) => !step.done)
  return (
    <section className="panel first" data-testid="first-steps">
      <h2>{t('overview.first.title')}</h2>
      <p className="secondary">{t('overview.first.hint')}</p>
      <ol>
        {steps.map((step, index) => (
          <li key={step.key} data-done={step.done} data-next={step === next}>
            <span className="first-icon">{step.done ? '✓' : step.icon}</span>
            <b>
              {index + 1}. {t(`overview.first.${step.key}`)}
            </b>
            <span className="secondary small">{t(`overview.first.${step.key}Hint`)}</span>
            <Button
              type={step === next ? 'primary' : 'default'}
              onClick={step.open}
              disabled={step.done}
              data-testid={`first-${step.key}`}
            >
              {step.done ? t('overview.first.done') : t(`overview.first.${step.key}`)}
            </Button>
          </li>
        ))}
      </ol>
    </section>
  )
}
