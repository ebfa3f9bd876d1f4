import { deviceFacts } from '#shared/device-facts.ts'
import { factText } from '#shared/fact-text.ts'
import type { Language } from '#shared/languages.ts'
import type { Device } from '#shared/schema.ts'
import { MarkAll, MarkBox, type Selection } from '../../components/selection.tsx'
import { Presence } from '../../components/state-label.tsx'
import type { Column } from '../../components/virtual-table.tsx'
import type { Translate } from '../../i18n/i18n.ts'
import { factColumns } from './device-fact-value.tsx'

/** Columns of the list of devices. */
export const deviceColumns = (
  t: Translate,
  language: Language,
  productName: (id: number) => string,
  { selection, listed }: { selection: Selection; listed: () => readonly number[] },
): Column<Device>[] => [
  {
    key: 'mark',
    title: <MarkAll selection={selection} ids={listed} label={t('campaigns.rollout.selectAll')} />,
    width: '18px',
    render: (device) => (
      <MarkBox selection={selection} id={device.id} label={t('campaigns.rollout.select', { name: device.name })} />
    ),
  },
  {
    key: 'name',
    title: t('devicesPage.columns.device'),
    width: 'minmax(160px, 1.3fr)',
    render: (device) => (
      <>
        <span className="strong">{device.name}</span>{' '}
        {device.selfRegistered && (
          <span className="secondary small">{factText(deviceFacts.selfRegistered.set, language)}</span>
        )}
      </>
    ),
  },
  {
    key: 'presence',
    title: t('devicesPage.columns.presence'),
    width: '110px',
    render: (device) => <Presence online={device.online} />,
  },
  {
    key: 'product',
    title: t('product'),
    width: 'minmax(120px, 1fr)',
    render: (device) => productName(device.productId),
  },
  {
    key: 'versions',
    title: t('devicesPage.columns.versions'),
    width: 'minmax(200px, 2fr)',
    render: (device) =>
      device.modules.length === 0 ? (
        <span className="secondary">{t('notReported')}</span>
      ) : (
        device.modules.map(({ module, version }) => (
          <span key={module} className="version-chip">
            {device.modules.length > 1 || module !== 'default' ? <span className="secondary">{module} </span> : null}
            <b>{version}</b>
          </span>
        ))
      ),
  },
  {
    key: 'tags',
    title: t('deviceTags.column'),
    width: 'minmax(120px, 1.2fr)',
    render: (device) =>
      device.tags.map((tag) => (
        <span key={tag} className="device-tag">
          {tag}
        </span>
      )),
  },
  ...factColumns(language),
]
