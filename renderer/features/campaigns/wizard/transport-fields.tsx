import type { ProtocolFeatures } from '#shared/protocols/index.ts'
import { type Package, Transport } from '#shared/schema.ts'
import { Choice } from '../../../components/choice.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import { type Draft, transportFault } from './campaign-draft.ts'

interface TransportFieldsProps {
  pack: Package
  features: ProtocolFeatures
  tls: boolean
  transport: Draft['transport']
  choose: (transport: Draft['transport']) => void
}

/** The download protocol; an unavailable choice shows the reason. MQTT is shown only where the protocol supports it. */
export const TransportFields = ({ pack, features, tls, transport, choose }: TransportFieldsProps) => {
  const t = useTexts()
  return (
    <div className="section">
      <h3>{t('campaigns.wizard.transfer')}</h3>
      <div className="cards">
        {Transport.options
          .filter((way) => way !== 'mqtt' || features.mqttDownload)
          .map((way) => {
            const fault = transportFault(way, pack, { features, tls })
            return (
              <Choice
                key={way}
                type="radio"
                name="transfer"
                checked={transport === way}
                disabled={fault !== undefined}
                onChange={() => choose(way)}
                title={t(`campaigns.wizard.transfers.${way}`)}
                hint={
                  fault === undefined
                    ? t(`campaigns.wizard.transferHints.${way}`)
                    : t(`campaigns.wizard.transferFaults.${fault}`)
                }
                testId={`transfer-${way}`}
              />
            )
          })}
      </div>
    </div>
  )
}
