import { Segmented, Select } from 'antd'
import { useState } from 'react'
import type { Protocol } from '#shared/protocols.ts'
import type { StationInfo } from '#shared/schema.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { type ListenerName, listenersAt } from './addresses.ts'

const labels = {
  mqtt: 'overview.mqtt',
  mqtts: 'overview.mqtts',
  http: 'overview.download',
  https: 'overview.downloadTls',
  broker: 'overview.broker',
} as const satisfies Record<ListenerName, string>

/** Where a device connects to, and how it logs in. */
export const ConnectCard = ({ info, wide = false }: { info: StationInfo; wide?: boolean }) => {
  const t = useTexts()
  const addresses = info.addresses.length > 0 ? info.addresses : [{ name: 'loopback', address: '127.0.0.1' }]
  const [chosen, setChosen] = useState(addresses[0]?.address ?? '127.0.0.1')
  const [protocol, setProtocol] = useState<Protocol>(info.protocols[0] ?? 'sagoo')
  return (
    <Panel title={t('overview.connect')} testId="connect-card">
      <p className="secondary connect-hint">
        {info.addresses.length === 0 ? t('overview.noAddress') : t('overview.connectHint')}
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
          items={listenersAt(info.listeners, chosen).map(([name, url]) => [
            t(labels[name]),
            <Copyable key={name} text={url} what={t(labels[name])} />,
          ])}
        />
        <div className="section">
          <h3>{t('overview.login')}</h3>
          {info.protocols.length > 1 && (
            <Select
              className="connect-protocol"
              value={protocol}
              onChange={setProtocol}
              aria-label={t('products.form.protocol')}
              options={info.protocols.map((value) => ({ value, label: t(`products.protocolName.${value}`) }))}
            />
          )}
          <Facts
            items={[
              [
                t('overview.username'),
                <span key="u" className="mono">
                  {t(`overview.logins.${protocol}.username`)}
                </span>,
              ],
              [t('overview.password'), t(`overview.logins.${protocol}.password`)],
              [t('overview.clientId'), t(`overview.logins.${protocol}.clientId`)],
            ]}
          />
        </div>
      </div>
    </Panel>
  )
}
