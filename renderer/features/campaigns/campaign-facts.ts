import type { TFunction } from 'i18next'
import type { Campaign } from '#shared/schema.ts'

/** A campaign in one line: from which versions to which, product, module, what is sent how. */
export const campaignFacts = (campaign: Campaign, t: TFunction): string => {
  const from = campaign.fromVersions.length === 0 ? t('campaigns.facts.any') : campaign.fromVersions.join(', ')
  return [
    `${from} → ${campaign.toVersion}`,
    campaign.productName,
    campaign.module === 'default' ? undefined : `${t('module')} ${campaign.module}`,
    campaign.kind === 'verify' ? t('campaigns.facts.kindVerify') : undefined,
    t(`diffs.mode.names.${campaign.mode}`),
    campaign.protocol.toUpperCase(),
    campaign.push ? undefined : t('campaigns.facts.wait'),
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}
