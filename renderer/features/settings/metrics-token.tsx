import { Button, Modal } from 'antd'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** Where Prometheus reads, and the token that it reads with. */
export const MetricsTokenFacts = () => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const { data, reload } = useQuery('metrics-token', (signal) => client.metrics.token(undefined, { signal }))
  const [fresh, setFresh] = useState<string>()
  const make = async () => {
    const made = await act(() => client.metrics.renewToken())
    if (made !== undefined) setFresh(made.token)
    reload()
  }
  const renew = () =>
    ask({
      title: t('monitoring.renewTitle'),
      loses: [t('monitoring.renewLoses')],
      confirm: t('monitoring.renew'),
      act: make,
    })
  const revoke = () =>
    ask({
      title: t('monitoring.revokeTitle'),
      loses: [t('monitoring.renewLoses')],
      confirm: t('monitoring.revoke'),
      act: async () => {
        await act(() => client.metrics.revokeToken(), t('monitoring.revoked'))
        reload()
      },
    })
  const createdAt = data?.createdAt ?? null
  // The desktop window is a file of its own; Prometheus reads from the operator side.
  const address = window.location.protocol.startsWith('http') ? `${window.location.origin}/metrics` : '/metrics'
  return (
    <>
      <h3>{t('monitoring.metrics')}</h3>
      <p className="secondary small">{t('monitoring.metricsHint')}</p>
      <Facts
        items={[
          [t('monitoring.address'), <Copyable key="a" text={address} what={t('monitoring.address')} />],
          [
            t('monitoring.token'),
            <span key="t" data-testid="metrics-token-state">
              {createdAt === null
                ? t('monitoring.noToken')
                : t('monitoring.createdAt', { at: formatDateTime(createdAt, language) })}
            </span>,
          ],
        ]}
      />
      <div className="pin-actions">
        <Button
          disabled={data === undefined}
          onClick={() => void (createdAt === null ? make() : renew())}
          data-testid="metrics-token-make"
        >
          {createdAt === null ? t('monitoring.create') : t('monitoring.renew')}
        </Button>
        {createdAt !== null && (
          <Button danger onClick={revoke} data-testid="metrics-token-revoke">
            {t('monitoring.revoke')}
          </Button>
        )}
      </div>
      <Modal
        open={fresh !== undefined}
        title={t('monitoring.newToken')}
        onCancel={() => setFresh(undefined)}
        onOk={() => setFresh(undefined)}
        cancelButtonProps={{ style: { display: 'none' } }}
        width={460}
        destroyOnHidden
      >
        <p>{t('monitoring.shownOnce')}</p>
        <Copyable text={fresh ?? ''} what={t('monitoring.token')} />
      </Modal>
    </>
  )
}
