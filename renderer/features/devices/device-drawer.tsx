import { Button, Drawer, Tabs } from 'antd'
import { useState } from 'react'
import { protocolFacts } from '#shared/protocols/index.ts'
import type { Device, Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useQuery } from '../../api/queries.ts'
import { hashOf } from '../../app/router.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { HistoryList } from '../../components/history-list.tsx'
import { Presence, StateWord } from '../../components/state-label.tsx'
import { jobLooks } from '../../components/tones.ts'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useNow } from '../../components/use-now.ts'
import { useFactText } from '../../i18n/fact-text.ts'
import { formatAgo, formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { useLiveStore } from '../../live/live-store.ts'
import { UnitHistory } from '../bench/records/unit-history.tsx'
import { explanation, stateText } from '../campaigns/job-text.ts'
import { factItems } from './device-fact-value.tsx'
import { ProtocolLog } from './protocol-log/protocol-log.tsx'
import { TagsField } from './tags/tags-field.tsx'

const History = ({ device }: { device: Device }) => {
  const t = useTexts()
  const language = useLanguage()
  const pages = usePages(`${device.id}`, (cursor, signal) =>
    client.devices.jobs({ id: device.id, limit: 20, cursor }, { signal }),
  )
  return (
    <HistoryList
      pages={pages}
      empty={t('devicesPage.detail.noHistory')}
      entryOf={(job) => ({
        key: job.id,
        href: hashOf('campaigns', job.campaignId),
        title: `${job.fromVersion ?? '?'} → ${job.toVersion}`,
        facts: `${job.module} · ${formatDateTime(job.updatedAt, language)}`,
        state: <StateWord look={jobLooks[job.state]}>{stateText(job, t, language)}</StateWord>,
        why: job.state === 'failed' ? explanation(job, language) : undefined,
      })}
    />
  )
}

interface DetailsProps {
  device: Device
  product: Product | undefined
  onRemoved: () => void
}

const Details = ({ device, product, onRemoved }: DetailsProps) => {
  const t = useTexts()
  const language = useLanguage()
  const now = useNow()
  const textOf = useFactText()
  const act = useAct()
  const ask = useConfirm()
  const remove = () =>
    ask({
      title: t('devicesPage.detail.removeTitle', { name: device.name }),
      loses: [t('devicesPage.detail.removeCredentials'), t('devicesPage.detail.removeHistory')],
      confirm: t('removeNow'),
      act: async () => {
        const gone = await act(() => client.devices.remove({ id: device.id }), t('removed', { name: device.name }))
        if (gone) onRemoved()
      },
    })
  return (
    <>
      <Facts
        items={[
          [t('devicesPage.columns.presence'), <Presence key="p" online={device.online} />],
          [t('product'), product?.name],
          ...factItems(device, textOf),
        ]}
      />
      <div className="section">
        <h3>{t('deviceTags.column')}</h3>
        <TagsField device={device} />
      </div>
      <div className="section">
        <h3>{t('devicesPage.detail.versions')}</h3>
        {device.modules.length === 0 ? (
          <p className="secondary">{t('devicesPage.detail.noVersions')}</p>
        ) : (
          <Facts
            items={device.modules.map(({ module, version, reportedAt }) => [
              module,
              <span key={module}>
                <b>{version}</b>{' '}
                <span className="secondary small">
                  {t('devicesPage.detail.reported', { when: formatAgo(reportedAt, now, language) })}
                </span>
              </span>,
            ])}
          />
        )}
      </div>
      <div className="section">
        <h3>{t('devicesPage.detail.credentials')}</h3>
        <Facts
          items={[
            [
              t('devicesPage.detail.username'),
              product === undefined ? undefined : (
                <Copyable
                  key="u"
                  what={t('devicesPage.detail.username')}
                  text={protocolFacts[product.protocol].login.username(device, product.key)}
                />
              ),
            ],
            [
              t('devicesPage.detail.secret'),
              <Copyable key="s" secret text={device.secret} what={t('devicesPage.detail.secret')} />,
            ],
            [
              t('devicesPage.detail.accessToken'),
              <Copyable key="t" secret text={device.accessToken} what={t('devicesPage.detail.accessToken')} />,
            ],
          ]}
        />
      </div>
      <div className="section">
        <h3>{t('devicesPage.detail.history')}</h3>
        <History device={device} />
      </div>
      <div className="section">
        <h3>{t('bench.records.history')}</h3>
        <UnitHistory deviceId={device.id} />
      </div>
      <div className="drawer-actions">
        <Button danger onClick={remove} data-testid="device-remove">
          {t('remove')}
        </Button>
      </div>
    </>
  )
}

interface DrawerProps {
  id: number | null
  products: readonly Product[]
  onClose: () => void
  onRemoved: () => void
}

/** One device: its versions, its login, its history. */
export const DeviceDrawer = ({ id, products, onClose, onRemoved }: DrawerProps) => {
  const t = useTexts()
  const query = useQuery(id === null ? null : `device/${id}`, (signal) =>
    client.devices.get({ id: id ?? 0 }, { signal }),
  )
  const latest = useLiveStore((state) => (id === null ? undefined : state.devices.get(id)))
  const device = latest ?? query.data
  const [tab, setTab] = useState('facts')
  return (
    <Drawer
      open={id !== null}
      onClose={onClose}
      size={tab === 'protocol' ? 760 : 480}
      title={device?.name ?? (query.failure ? t('listFailed') : t('loading'))}
      data-testid="device-drawer"
    >
      {id !== null && device === undefined && <Unanswered query={query} rows={6} />}
      {device !== undefined && (
        <Tabs
          className="drawer-tabs"
          activeKey={tab}
          onChange={setTab}
          destroyOnHidden
          items={[
            {
              key: 'facts',
              label: t('protocols.log.facts'),
              children: (
                <Details
                  key={device.id}
                  device={device}
                  product={products.find((product) => product.id === device.productId)}
                  onRemoved={onRemoved}
                />
              ),
            },
            {
              key: 'protocol',
              label: <span data-testid="tab-protocol">{t('protocols.log.tab')}</span>,
              children: <ProtocolLog key={device.id} deviceId={device.id} />,
            },
          ]}
        />
      )}
    </Drawer>
  )
}
