import { Select } from 'antd'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { FactText } from '#shared/fact-text.ts'
import { type Protocol, type ProtocolFacts, protocolFacts } from '#shared/protocols/index.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { useFactText, useProtocolName } from '../../i18n/fact-text.ts'
import { useTexts } from '../../i18n/i18n.ts'

type LoginFact = ProtocolFacts['login']['facts'][number]

/** The value of one setting. @param textOf reads the fact's texts in the chosen language */
const textNode = ({ value, verbatim, hint }: LoginFact, textOf: (text: FactText) => string): ReactNode => {
  if (value === 'station-http') return undefined
  const text = verbatim ? <span className="mono">{textOf(value)}</span> : textOf(value)
  if (hint === undefined) return text
  return (
    <span>
      {text}
      <span className="secondary small login-hint">{textOf(hint)}</span>
    </span>
  )
}

interface LoginFactsProps {
  protocols: readonly Protocol[]
  /** The station's HTTP address for the device; undefined: not served. */
  http: string | undefined
}

/** The settings a device needs to log in, per protocol. */
export const LoginFacts = ({ protocols, http }: LoginFactsProps) => {
  const t = useTexts()
  const textOf = useFactText()
  const protocolName = useProtocolName()
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
          options={protocols.map((value) => ({ value, label: protocolName(value) }))}
          data-testid="login-protocol"
        />
      )}
      <Facts
        items={protocolFacts[protocol].login.facts.map((fact) => {
          const label = t(`protocols.login.${fact.label}`)
          if (fact.value !== 'station-http') return [label, textNode(fact, textOf)]
          return [label, http === undefined ? undefined : <Copyable key={fact.label} text={http} what={label} />]
        })}
      />
    </>
  )
}
