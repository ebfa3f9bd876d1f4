import { Button } from 'antd'
import { useState } from 'react'
import type { Product, RejectedLogin } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { go } from '../../../app/router.ts'
import { StateWord } from '../../../components/state-label.tsx'
import { useAct } from '../../../components/use-action.ts'
import { useConfirm } from '../../../components/use-confirm.tsx'
import { useNow } from '../../../components/use-now.ts'
import { useProtocolName } from '../../../i18n/fact-text.ts'
import { formatAgo } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { answerOf, nameOf } from './merge-rejected-logins.ts'

interface RejectedLoginRowProps {
  knock: RejectedLogin
  products: readonly Product[]
  /** Further input is needed before it can be accepted. */
  onAsk: () => void
  /** Its product must be created first. */
  onProduct: () => void
  /** A device or product was created or changed. */
  onChanged: () => void
}

/** One device with a rejected login. */
export const RejectedLoginRow = ({ knock, products, onAsk, onProduct, onChanged }: RejectedLoginRowProps) => {
  const t = useTexts()
  const protocolName = useProtocolName()
  const language = useLanguage()
  const now = useNow()
  const act = useAct()
  const ask = useConfirm()
  const [busy, setBusy] = useState(false)
  const { id, reason } = knock
  const name = nameOf(knock)
  const product = products.find((item) => item.id === knock.productId || item.key === knock.productKey)
  // For a product created after the device's last try: the station checks again on acceptance.
  const seen: RejectedLogin =
    reason === 'unknown-product' && product !== undefined && knock.protocols.includes(product.protocol)
      ? { ...knock, reason: 'unknown-device', productId: product.id }
      : knock
  const answer = answerOf(seen, products)

  const accept = async (productId?: number) => {
    setBusy(true)
    const accepted = await act(() => client.knocks.accept({ id, productId }), t('rejectedLogins.accepted', { name }))
    setBusy(false)
    if (accepted !== undefined) onChanged()
  }
  const usePresented = () =>
    ask({
      title: t('rejectedLogins.useTitle', { name }),
      loses: [t('rejectedLogins.useLoses')],
      hint: t('rejectedLogins.useHint', { address: knock.address }),
      confirm: t('rejectedLogins.useConfirm'),
      act: () => act(() => client.knocks.accept({ id, replaceSecret: true }), t('rejectedLogins.accepted', { name })),
    })
  const allowPlain = () =>
    ask({
      title: t('rejectedLogins.allowTitle', { name: product?.name ?? '' }),
      hint: t('rejectedLogins.allowHint'),
      confirm: t('rejectedLogins.allowConfirm'),
      act: async () => {
        const allowed = await act(
          () => client.products.update({ id: product?.id ?? 0, plainLogin: true }),
          t('rejectedLogins.allowed'),
        )
        if (allowed !== undefined) onChanged()
      },
    })

  return (
    <li data-testid={`knock-${name}`} data-reason={seen.reason}>
      <div className="knock-who">
        <b>{name}</b>
        <span className="secondary small">
          {[
            knock.accessToken === null ? undefined : t('rejectedLogins.token'),
            knock.username === null ? undefined : t('rejectedLogins.username'),
            knock.productKey === null ? undefined : (product?.name ?? `${t('rejectedLogins.key')} ${knock.productKey}`),
            knock.protocols.map(protocolName).join(' / '),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <div className="knock-why">
        <StateWord
          look={{
            tone: seen.reason === 'unknown-device' || seen.reason === 'register-limit' ? 'person' : 'failed',
            glyph: '!',
          }}
        >
          {t(`rejectedLogins.reasons.${seen.reason}`)}
        </StateWord>
        <span className="secondary small">
          {t(
            seen.reason === 'unknown-device' && knock.accessToken !== null
              ? 'rejectedLogins.hints.unknownToken'
              : `rejectedLogins.hints.${seen.reason}`,
          )}
        </span>
      </div>
      <div className="knock-when">
        <span className="mono">{knock.address}</span>
        <span className="secondary small">
          {t('rejectedLogins.times', { count: knock.count })} · {formatAgo(knock.lastAt, now, language)}
        </span>
      </div>
      <div className="knock-do">
        {answer.kind === 'accept' && (
          <Button
            type="primary"
            size="small"
            loading={busy}
            onClick={() => accept(answer.productId)}
            data-testid="knock-accept"
          >
            {t('rejectedLogins.accept')}
          </Button>
        )}
        {answer.kind === 'form' && (
          <Button
            type="primary"
            size="small"
            danger={answer.replace}
            ghost={answer.replace}
            onClick={onAsk}
            data-testid="knock-form"
          >
            {answer.replace ? t('rejectedLogins.giveSecret') : `${t('rejectedLogins.accept')}…`}
          </Button>
        )}
        {answer.kind === 'product' && (
          <Button type="primary" size="small" onClick={onProduct} data-testid="knock-create-product">
            {t('rejectedLogins.createProduct')}
          </Button>
        )}
        {answer.kind === 'use-presented' && (
          <Button size="small" danger onClick={usePresented} data-testid="knock-use-presented">
            {t('rejectedLogins.usePresented')}
          </Button>
        )}
        {answer.kind === 'allow-plain' && product !== undefined && (
          <Button size="small" onClick={allowPlain} data-testid="knock-allow-plain">
            {t('rejectedLogins.allowPlain')}
          </Button>
        )}
        {knock.deviceId !== null && (
          <Button size="small" onClick={() => go('devices', knock.deviceId ?? '')}>
            {t('rejectedLogins.openDevice')}
          </Button>
        )}
        <Button
          type="text"
          size="small"
          onClick={() => act(() => client.knocks.dismiss({ id }))}
          data-testid="knock-dismiss"
        >
          {t('rejectedLogins.dismiss')}
        </Button>
      </div>
    </li>
  )
}
