import { LoadingOutlined, WarningOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Component, type ReactNode, useEffect, useState } from 'react'
import { client, useConnectionEpoch, useConnectionStatus } from '../api/client.ts'
import { dropTicket, useEngineerStore } from '../api/engineer.ts'
import { useTexts } from '../i18n/i18n.ts'
import { useLiveBasics } from '../live/live-store.ts'
import { PinDialog } from './pin-dialog.tsx'
import { type Route, useRoute } from './router.ts'
import { Screen } from './screens.tsx'
import { Sidebar } from './sidebar.tsx'
import { Gate } from './sign-in.tsx'

/** Milliseconds between two checks whether another screen has set or removed a PIN. */
const LOOK_MS = 20_000

const look = async (): Promise<void> => {
  const { ticket } = useEngineerStore.getState()
  const { pinSet, engineerUntil } = await client.operator.state()
  // An answer for an outdated ticket says nothing about the present one.
  if (useEngineerStore.getState().ticket !== ticket) return
  if (engineerUntil === null && ticket !== undefined) dropTicket()
  useEngineerStore.setState({ pinSet, until: engineerUntil ?? undefined })
}

/** Follows the operator lock of the station and the expiry of this screen's ticket. */
const useOperatorLock = (): void => {
  const epoch = useConnectionEpoch()
  const until = useEngineerStore((state) => state.until)
  useEffect(() => {
    if (epoch === 0) return
    // Without a connection the station cannot be queried; the next connection queries again.
    const again = () => void look().catch(() => undefined)
    again()
    const timer = setInterval(again, LOOK_MS)
    return () => clearInterval(timer)
  }, [epoch])
  useEffect(() => {
    if (until === undefined) return
    const timer = setTimeout(() => void look().catch(dropTicket), Math.max(0, Date.parse(until) - Date.now()) + 500)
    return () => clearTimeout(timer)
  }, [until])
}

interface Props {
  /** What to show instead of a screen that threw. */
  fallback: ReactNode
  children: ReactNode
}

/** Keeps the sidebar and the frame working when one screen throws; a new key resets it. */
class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children
  }
}

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
  // Until the first try has failed there is no error to show.
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

/** Campaigns have full screens; elsewhere an object opens over the list, which stays unchanged. */
const screenKey = ({ place, rest }: Route): string => (place === 'campaigns' ? `${place}/${rest}` : place)

/** Sidebar, banner and the screen of the current place. */
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
      <Sidebar place={route.place} />
      <div className="main">
        <ConnectionBanner />
        <ErrorBoundary key={screenKey(route)} fallback={<Crash />}>
          <Screen route={route} />
        </ErrorBoundary>
      </div>
    </div>
  )
}
