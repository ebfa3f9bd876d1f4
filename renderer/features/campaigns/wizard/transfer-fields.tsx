import type { ProtocolFeatures } from '#shared/protocols/index.ts'
import type { Package } from '#shared/schema.ts'
import { Choice } from '../../../components/choice.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import { type Transfer, transferFault, transfers } from './campaign-draft.ts'

interface TransferFieldsProps {
  pack: Package
  features: ProtocolFeatures
  tls: boolean
  transfer: Transfer
  choose: (transfer: Transfer) => void
}

/** How devices fetch the files; a way that is closed says why. Download over MQTT shows where the protocol has it. */
export const TransferFields = ({ pack, features, tls, transfer, choose }: TransferFieldsProps) => {
  const t = useTexts()
  return (
    <div className="section">
      <h3>{t('campaigns.wizard.transfer')}</h3>
      <div className="cards">
        {transfers
          .filter((way) => way !== 'mqtt' || features.mqttDownload)
          .map((way) => {
            const fault = transferFault(way, pack, { features, tls })
            return (
              <Choice
                key={way}
                type="radio"
                name="transfer"
                checked={transfer === way}
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
