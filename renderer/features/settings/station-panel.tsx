import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/page.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { useProtocolName } from '../../i18n/fact-text.ts'
import { formatBytes, formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** The station's facts and its listeners. */
export const StationPanel = () => {
  const t = useTexts()
  const protocolName = useProtocolName()
  const language = useLanguage()
  const query = useQuery('station', (signal) => client.station.info(undefined, { signal }))
  const info = query.data
  const listener = (url: string | null, what: string) =>
    url === null ? <span className="secondary">{t('settings.off')}</span> : <Copyable text={url} what={what} />
  return (
    <Panel title={t('settings.station')} testId="station-panel">
      {info === undefined && <Unanswered query={query} rows={6} />}
      {info !== undefined && (
        <Facts
          items={[
            [t('settings.facts.version'), info.version],
            [t('settings.facts.node'), info.node],
            [t('settings.facts.started'), formatDateTime(info.startedAt, language)],
            [t('settings.facts.data'), <Copyable key="d" text={info.dataDirectory} what={t('settings.facts.data')} />],
            [t('settings.facts.free'), info.freeBytes === null ? undefined : formatBytes(info.freeBytes, language)],
            [
              t('settings.facts.addresses'),
              info.addresses.length === 0
                ? t('none')
                : info.addresses.map(({ name, address }) => (
                    <div key={address}>
                      <span className="mono">{address}</span> <span className="secondary small">{name}</span>
                    </div>
                  )),
            ],
            [t('overview.mqtt'), listener(info.listeners.mqtt, t('overview.mqtt'))],
            [t('overview.mqtts'), listener(info.listeners.mqtts, t('overview.mqtts'))],
            [t('overview.download'), listener(info.listeners.http, t('overview.download'))],
            [t('overview.downloadTls'), listener(info.listeners.https, t('overview.downloadTls'))],
            [t('overview.downloadCache'), info.downloadUrl ?? undefined],
            [
              t('overview.broker'),
              info.listeners.broker !== null && info.standsBy
                ? `${info.listeners.broker} · ${t('overview.standsBy')}`
                : (info.listeners.broker ?? undefined),
            ],
            [t('settings.facts.protocols'), info.protocols.map(protocolName).join(', ')],
          ]}
        />
      )}
    </Panel>
  )
}
