import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { tagLimits } from '#shared/limits.ts'
import { protocolFeatures } from '#shared/protocols.ts'
import { Choice } from '../../../components/choice.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import { type TagRow, tagFault } from './draft.ts'
import { HintsFields } from './hints-fields.tsx'
import type { StepProps } from './step-props.ts'
import { TransferFields } from './transfer-fields.tsx'

/** How devices learn of the upgrade, and what is sent along. */
export const HowStep = ({ draft, change, product, tls }: StepProps) => {
  const t = useTexts()
  const { tags } = draft
  const features = product && protocolFeatures[product.protocol]
  const edit = (id: number, part: Partial<TagRow>) =>
    change({ ...draft, tags: tags.map((row) => (row.id === id ? { ...row, ...part } : row)) })
  const add = () => change({ ...draft, tags: [...tags, { id: (tags.at(-1)?.id ?? 0) + 1, key: '', value: '' }] })
  const faultText = (row: TagRow) => {
    switch (tagFault(row, tags)) {
      case 'key':
        return t('campaigns.wizard.tagKeyBad')
      case 'twice':
        return t('campaigns.wizard.tagTwice')
      case 'value':
        return t('campaigns.wizard.tagLong', { max: tagLimits.valueMax })
      default:
        return undefined
    }
  }
  return (
    <>
      <div className="wizard-lead">
        <h2>{t('campaigns.wizard.how')}</h2>
      </div>
      {features?.push === false && (
        <p className="secondary" data-testid="asks-itself">
          {t('campaigns.wizard.asksItself', { protocol: t(`products.protocolName.${product?.protocol ?? 'onenet'}`) })}
        </p>
      )}
      {features?.push !== false && (
        <div className="cards">
          <Choice
            type="radio"
            name="push"
            checked={draft.push}
            onChange={() => change({ ...draft, push: true })}
            title={t('campaigns.wizard.push')}
            hint={t('campaigns.wizard.pushHint')}
            testId="push-yes"
          />
          <Choice
            type="radio"
            name="push"
            checked={!draft.push}
            disabled={features?.asks === false}
            onChange={() => change({ ...draft, push: false })}
            title={t('campaigns.wizard.wait')}
            hint={features?.asks === false ? t('campaigns.wizard.neverAsks') : t('campaigns.wizard.waitHint')}
            testId="push-no"
          />
        </div>
      )}
      {features?.push && draft.pack !== null && (
        <TransferFields
          pack={draft.pack}
          features={features}
          tls={tls}
          transfer={draft.transfer}
          choose={(transfer) => change({ ...draft, transfer })}
        />
      )}
      {features?.policy && (
        <div className="section">
          <h3>{t('campaigns.wizard.policy')}</h3>
          <div className="cards">
            {(['standard', 'silent'] as const).map((policy) => (
              <Choice
                key={policy}
                type="radio"
                name="policy"
                checked={draft.policy === policy}
                onChange={() => change({ ...draft, policy })}
                title={t(`campaigns.wizard.policies.${policy}`)}
                hint={t(`campaigns.wizard.policyHints.${policy}`)}
                testId={`policy-${policy}`}
              />
            ))}
          </div>
        </div>
      )}
      {features?.hints && <HintsFields hints={draft.hints} change={(hints) => change({ ...draft, hints })} />}
      {features?.push !== false && (
        <div className="section">
          <h3>
            {t('campaigns.wizard.tags')} <span className="secondary small">{t('optional')}</span>
          </h3>
          <p className="secondary small">{t('campaigns.wizard.tagsHint', { count: tagLimits.count })}</p>
          <div className="tags">
            {tags.map((row) => (
              <div key={row.id} className="tag-row">
                <Input
                  placeholder={t('campaigns.wizard.tagKey')}
                  aria-label={t('campaigns.wizard.tagKey')}
                  value={row.key}
                  maxLength={30}
                  status={faultText(row) === undefined ? '' : 'error'}
                  onChange={(event) => edit(row.id, { key: event.target.value })}
                />
                <Input
                  placeholder={t('campaigns.wizard.tagValue')}
                  aria-label={t('campaigns.wizard.tagValue')}
                  value={row.value}
                  maxLength={tagLimits.valueMax}
                  onChange={(event) => edit(row.id, { value: event.target.value })}
                />
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={`${t('removeNow')} ${row.key}`}
                  onClick={() => change({ ...draft, tags: tags.filter((item) => item.id !== row.id) })}
                />
                <span className="toned small" data-tone="failed">
                  {faultText(row)}
                </span>
              </div>
            ))}
            <Button type="dashed" icon={<PlusOutlined />} disabled={tags.length >= tagLimits.count} onClick={add}>
              {t('campaigns.wizard.addTag')}
            </Button>
          </div>
        </div>
      )}
    </>
  )
}
