import { SafetyOutlined } from '@ant-design/icons'
import { useState } from 'react'
import type { Product, RejectedLogin } from '#shared/schema.ts'
import type { Query } from '../../../api/queries.ts'
import { Empty } from '../../../components/empty-state.tsx'
import { ListBody } from '../../../components/list-body.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import { ProductModal } from '../product-modal.tsx'
import { AcceptModal } from './accept-modal.tsx'
import { answerOf } from './merge-rejected-logins.ts'
import { RejectedLoginRow } from './rejected-login-row.tsx'
import type { RejectedLogins } from './use-rejected-logins.ts'
import './rejected-logins.css'

interface RejectedLoginsPanelProps {
  knocks: RejectedLogins
  products: Query<{ items: Product[] }>
  /** A device or product was created or changed. */
  onChanged: () => void
}

/** Devices with rejected logins: identity, reason, count, and possible actions. */
export const RejectedLoginsPanel = ({ knocks, products, onChanged }: RejectedLoginsPanelProps) => {
  const t = useTexts()
  const [asking, setAsking] = useState<RejectedLogin | null>(null)
  const [lacking, setLacking] = useState<RejectedLogin | null>(null)
  const list = products.data?.items ?? []
  const asks = asking === null ? undefined : answerOf(asking, list)
  return (
    <section className="panel fill">
      <ListBody
        list={knocks}
        skeletonRows={4}
        empty={
          <Empty icon={<SafetyOutlined />} title={t('rejectedLogins.empty')} hint={t('rejectedLogins.emptyHint')} />
        }
      >
        <p className="secondary knocks-hint">{t('rejectedLogins.hint')}</p>
        <ul className="knocks" data-testid="knocks">
          {knocks.items.map((knock) => (
            <RejectedLoginRow
              key={knock.id}
              knock={knock}
              products={list}
              onAsk={() => setAsking(knock)}
              onProduct={() => setLacking(knock)}
              onChanged={onChanged}
            />
          ))}
        </ul>
      </ListBody>
      {asking !== null && asks?.kind === 'form' && (
        <AcceptModal
          knock={asking}
          asks={asks}
          products={list}
          onClose={() => setAsking(null)}
          onAccepted={() => {
            setAsking(null)
            onChanged()
          }}
        />
      )}
      <ProductModal
        key={lacking?.id ?? 'none'}
        open={lacking !== null}
        wanted={lacking === null ? undefined : { key: lacking.productKey ?? undefined, protocols: lacking.protocols }}
        onClose={() => setLacking(null)}
        onSaved={() => {
          setLacking(null)
          onChanged()
        }}
      />
    </section>
  )
}
