import { CloudUploadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { Package } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { go } from '../../../app/router.ts'
import { Choice } from '../../../components/choice.tsx'
import { Empty } from '../../../components/empty-state.tsx'
import { ListBody } from '../../../components/list-body.tsx'
import { SearchBox } from '../../../components/search-box.tsx'
import { VerificationTag } from '../../../components/state-label.tsx'
import { usePagedList } from '../../../components/use-paged-list.ts'
import { formatBytes, formatDateTime } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { mayUpgrade, withKind, withPackage } from './campaign-draft.ts'
import type { StepProps } from './step-props.ts'

const PackageChoice = ({
  pack,
  productName,
  chosen,
  choose,
}: {
  pack: Package
  productName: string
  chosen: boolean
  choose: () => void
}) => {
  const language = useLanguage()
  return (
    <label className="choice pack-choice" data-chosen={chosen}>
      <input type="radio" name="package" checked={chosen} onChange={choose} data-testid={`package-choice-${pack.id}`} />
      <span className="pack-name">
        <span className="choice-title">{pack.name}</span>
        <span className="secondary small">
          {productName} · {pack.module}
        </span>
      </span>
      <span className="pack-version strong">{pack.version}</span>
      <span className="secondary small">
        {formatBytes(pack.size, language)} · {formatDateTime(pack.createdAt, language)}
      </span>
      <span>
        <VerificationTag state={pack.verification} />
      </span>
    </label>
  )
}

/** Selects the package, and whether to upgrade or to verify with it. */
export const PackageStep = ({ draft, change }: StepProps) => {
  const t = useTexts()
  const [q, setQ] = useState('')
  const list = usePagedList({ filter: { q }, read: (page, options) => client.packages.list(page, options) })
  const products = useQuery('products', (signal) => client.products.list({ limit: 1000 }, { signal }))
  const nameOf = (id: number) => products.data?.items.find((product) => product.id === id)?.name ?? ''

  return (
    <>
      <div className="wizard-lead">
        <h2>{t('campaigns.wizard.pickPackage')}</h2>
        <SearchBox value={q} onChange={setQ} placeholder={t('packages.searchHint')} />
      </div>
      <ListBody
        list={list}
        filtered={list.filtered}
        skeletonRows={5}
        empty={
          <Empty
            icon={<CloudUploadOutlined />}
            title={t('campaigns.wizard.noPackages')}
            hint={t('campaigns.emptyNeedsPackage')}
            actions={
              <Button type="primary" onClick={() => go('packages', 'new')}>
                {t('campaigns.wizard.addPackage')}
              </Button>
            }
          />
        }
      >
        <div className="choices">
          {list.items.map((pack) => (
            <PackageChoice
              key={pack.id}
              pack={pack}
              productName={nameOf(pack.productId)}
              chosen={pack.id === draft.pack?.id}
              choose={() => change(withPackage(draft, pack))}
            />
          ))}
          {list.hasMore && <Button onClick={list.more}>{t('more')}</Button>}
        </div>
      </ListBody>
      {draft.pack !== null && <KindChoice draft={draft} change={change} />}
    </>
  )
}

/** Upgrade or verify; an upgrade only with a package that is verified or skipped. */
const KindChoice = ({ draft, change }: Pick<StepProps, 'draft' | 'change'>) => {
  const t = useTexts()
  const free = draft.pack !== null && mayUpgrade(draft.pack.verification)
  return (
    <div className="section">
      <h3>{t('campaigns.wizard.kind')}</h3>
      <div className="cards">
        <Choice
          type="radio"
          name="kind"
          checked={draft.kind === 'upgrade'}
          disabled={!free}
          onChange={() => change(withKind(draft, 'upgrade'))}
          title={t('campaigns.wizard.kindUpgrade')}
          hint={free ? t('campaigns.wizard.kindUpgradeHint') : t('campaigns.wizard.unverified')}
          testId="kind-upgrade"
        />
        <Choice
          type="radio"
          name="kind"
          checked={draft.kind === 'verify'}
          onChange={() => change(withKind(draft, 'verify'))}
          title={t('campaigns.wizard.kindVerify')}
          hint={t('campaigns.wizard.kindVerifyHint')}
          testId="kind-verify"
        />
      </div>
    </div>
  )
}
