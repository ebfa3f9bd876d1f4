import { LoadingOutlined, WarningOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useConnectionEpoch, useConnectionStatus } from '../api/client.ts'
import { useTexts } from '../i18n/i18n.ts'
import { useLiveBasics } from '../live/live-store.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import { Gate } from './gate.tsx'
import { PinDialog } from './pin-dialog.tsx'
import { Rail } from './rail.tsx'
import { type Route, useRoute } from './router.ts'
import { Screen } from './screens.tsx'
import { useOperatorLock } from './use-operator-lock.ts'

/** True after `ms` of being true, so that a short wait shows nothing. */
const useLasting = (value: boolean, ms: number): boolean => {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!value) return setLasting(false)
    const timer = setTimeout(() => setLasting(true), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return lasting && value
}

const ConnectionBanner = () => {
  const t = useTexts()
  const status = useConnectionStatus()
  const epoch = useConnectionEpoch()
  // Until the first try has failed there is nothing wrong.
  const isFirst = epoch === 0 && status === 'connecting'
  const isDesktop = window.otaBench !== undefined
  const shown = useLasting(status !== 'open', 300)
  if (!shown) return null
  return (
    <div className="banner" role="status" data-testid="connection-banner">
      {isFirst ? <LoadingOutlined /> : <WarningOutlined />}
      {isFirst ? t('connection.connecting') : t(isDesktop ? 'connection.restarting' : 'connection.away')}
    </div>
  )
}

const Crash = () => {
  const t = useTexts()
  return (
    <main className="crash" role="alert">
      <h1>{t('crash.title')}</h1>
      <p className="secondary">{t('crash.hint')}</p>
      <Button onClick={() => window.location.reload()}>{t('crash.retry')}</Button>
    </main>
  )
}

/** Campaigns are screens of their own; elsewhere what follows the place opens over the list, which stays as it is. */
const screenKey = ({ place, rest }: Route): string => (place === 'campaigns' ? `${place}/${rest}` : place)

/** Rail, banner and the screen of the current place. */
export const Shell = () => {
  const t = useTexts()
  const route = useRoute()
  const refused = useConnectionStatus() === 'refused'
  useLiveBasics()
  useOperatorLock()
  if (refused) return <Gate />
  return (
    <div className="shell">
      <button
        type="button"
        className="skip"
        onClick={() => document.querySelector<HTMLElement>('#content button, #content a, #content input')?.focus()}
      >
        {t('skipToContent')}
      </button>
      <PinDialog />
      <Rail place={route.place} />
      <div className="main">
        <ConnectionBanner />
        <ErrorBoundary key={screenKey(route)} fallback={<Crash />}>
          <Screen route={route} />
        </ErrorBoundary>
      </div>
    </div>
  )
}
