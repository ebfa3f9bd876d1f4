import { SafetyOutlined } from '@ant-design/icons'
import { useState } from 'react'
import type { Knock, Product } from '#shared/schema.ts'
import type { Query } from '../../../api/queries.ts'
import { Bones, Empty, Failed } from '../../../components/hollow.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import { ProductModal } from '../product-modal.tsx'
import { AcceptModal } from './accept-modal.tsx'
import { KnockRow } from './knock-row.tsx'
import { answerOf } from './merge-knocks.ts'
import type { Knocks } from './use-knocks.ts'
import './knocks.css'

interface KnocksPanelProps {
  knocks: Knocks
  products: Query<{ items: Product[] }>
  /** A device or product was made or changed. */
  onChanged: () => void
}

/** Devices that were refused: who, why, how often, and what can be done. */
export const KnocksPanel = ({ knocks, products, onChanged }: KnocksPanelProps) => {
  const t = useTexts()
  const [asking, setAsking] = useState<Knock | null>(null)
  const [lacking, setLacking] = useState<Knock | null>(null)
  const list = products.data?.items ?? []
  const asks = asking === null ? undefined : answerOf(asking, list)
  const body = () => {
    if (knocks.failure !== undefined && knocks.items.length === 0)
      return <Failed failure={knocks.failure} retry={knocks.reload} />
    if (knocks.loading) return <Bones rows={4} />
    if (knocks.items.length === 0)
      return <Empty icon={<SafetyOutlined />} title={t('knocks.empty')} hint={t('knocks.emptyHint')} />
    return (
      <>
        <p className="secondary knocks-hint">{t('knocks.hint')}</p>
        <ul className="knocks" data-testid="knocks">
          {knocks.items.map((knock) => (
            <KnockRow
              key={knock.id}
              knock={knock}
              products={list}
              onAsk={() => setAsking(knock)}
              onProduct={() => setLacking(knock)}
              onChanged={onChanged}
            />
          ))}
        </ul>
      </>
    )
  }
  return (
    <section className="panel fill">
      {body()}
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
