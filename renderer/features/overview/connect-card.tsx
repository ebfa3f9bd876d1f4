import { Segmented } from 'antd'
import { useState } from 'react'
import { protocolFacts } from '#shared/protocols/index.ts'
import type { StationInfo } from '#shared/schema.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/page.tsx'
import { useProtocolName } from '../../i18n/fact-text.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { type ListenerName, listenersAt } from './addresses.ts'
import { LoginFacts } from './login-facts.tsx'

const labels = {
  mqtt: 'overview.mqtt',
  mqtts: 'overview.mqtts',
  http: 'overview.download',
  https: 'overview.downloadTls',
  broker: 'overview.broker',
} as const satisfies Record<ListenerName, string>

/** The addresses for devices, and how they log in. */
export const ConnectCard = ({ info, wide = false }: { info: StationInfo; wide?: boolean }) => {
  const t = useTexts()
  const addresses = info.addresses.length > 0 ? info.addresses : [{ name: 'loopback', address: '127.0.0.1' }]
  const [chosen, setChosen] = useState(addresses[0]?.address ?? '127.0.0.1')
  const listeners = listenersAt(info.listeners, chosen)
  const protocolName = useProtocolName()
  const httpOnly = info.protocols.filter((protocol) => !protocolFacts[protocol].features.push)
  return (
    <Panel title={t('overview.connect')} testId="connect-card">
      <p className="secondary connect-hint">
        {info.addresses.length === 0
          ? t('overview.noAddress')
          : httpOnly.length === 0
            ? t('overview.connectHint')
            : t('overview.connectHintHttp', { protocols: httpOnly.map(protocolName).join(' / ') })}
      </p>
      {addresses.length > 1 && (
        <Segmented
          className="connect-addresses"
          value={chosen}
          onChange={setChosen}
          aria-label={t('overview.address')}
          options={addresses.map(({ name, address }) => ({ value: address, label: address, title: name }))}
        />
      )}
      <div className={wide ? 'connect-wide' : undefined}>
        <Facts
          items={listeners.map(([name, url]) => [
            t(labels[name]),
            <Copyable key={name} text={url} what={t(labels[name])} />,
          ])}
        />
        <div className="section">
          <h3>{t('protocols.login.title')}</h3>
          <LoginFacts protocols={info.protocols} http={listeners.find(([name]) => name === 'http')?.[1]} />
        </div>
      </div>
    </Panel>
  )
}
