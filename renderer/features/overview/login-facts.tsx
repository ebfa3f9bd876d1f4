import { Select } from 'antd'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { Protocol } from '#shared/protocols.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { type Translate, useTexts } from '../../i18n/i18n.ts'

type Fact = readonly [label: string, value: ReactNode]

const Mono = ({ children }: { children: string }) => <span className="mono">{children}</span>

/** What a device of a protocol must be set to. @param http where the station's HTTP side is, as the device reaches it */
const factsOf = (protocol: Protocol, http: string | undefined, t: Translate): Fact[] => {
  switch (protocol) {
    case 'sagoo':
    case 'iot-engine':
      return [
        [t('protocols.login.username'), <Mono key="signedUser">{t('protocols.login.signedUser')}</Mono>],
        [t('protocols.login.password'), t('protocols.login.signedPassword')],
        [t('protocols.login.clientId'), t('protocols.login.any')],
      ]
    case 'thingspanel':
      return [
        [t('protocols.login.username'), <Mono key="token">{t('protocols.login.token')}</Mono>],
        [t('protocols.login.password'), t('protocols.login.tokenPassword')],
        [t('protocols.login.clientId'), t('protocols.login.any')],
      ]
    case 'onenet':
      return [
        [
          t('protocols.login.base'),
          http === undefined ? undefined : <Copyable key="base" text={http} what={t('protocols.login.base')} />,
        ],
        [
          t('protocols.login.header'),
          <span key="header">
            <Mono>{t('protocols.login.onenetHeader')}</Mono>
            <span className="secondary small login-hint">{t('protocols.login.onenetHint')}</span>
          </span>,
        ],
        [t('protocols.login.mqttToo'), t('protocols.login.onenetMqtt')],
      ]
  }
}

interface LoginFactsProps {
  protocols: readonly Protocol[]
  http: string | undefined
}

/** How a device logs in, protocol by protocol. */
export const LoginFacts = ({ protocols, http }: LoginFactsProps) => {
  const t = useTexts()
  const [chosen, setChosen] = useState<Protocol | undefined>()
  const protocol = chosen ?? protocols[0]
  if (protocol === undefined) return null
  return (
    <>
      {protocols.length > 1 && (
        <Select
          className="connect-protocol"
          value={protocol}
          onChange={setChosen}
          aria-label={t('protocols.login.protocol')}
          options={protocols.map((value) => ({ value, label: t(`products.protocolName.${value}`) }))}
          data-testid="login-protocol"
        />
      )}
      <Facts items={factsOf(protocol, http, t)} />
    </>
  )
}
