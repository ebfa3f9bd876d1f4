import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { Choice } from '../../../components/choice.tsx'
import { Skeleton } from '../../../components/empty-state.tsx'
import { ListBody } from '../../../components/list-body.tsx'
import { listOf, partOf } from '../../../components/list-state.ts'
import { formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { DevicePicker } from './device-picker.tsx'
import { NarrowFields } from './narrow-fields.tsx'
import type { StepProps } from './step-props.ts'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const Versions = ({ draft, change }: StepProps) => {
  const t = useTexts()
  const language = useLanguage()
  const { pack } = draft
  const query = useQuery(pack === null ? null : `versions/${pack.productId}/${pack.module}`, (signal) =>
    client.products.versions({ id: pack?.productId ?? 0, module: pack?.module }, { signal }),
  )
  const read = listOf(query)
  const reported = read.items.filter((share) => share.version !== null)
  const most = Math.max(...reported.map((share) => share.devices))
  const toggle = (version: string, on: boolean) =>
    change({
      fromVersions: on ? [...draft.fromVersions, version] : draft.fromVersions.filter((item) => item !== version),
    })
  return (
    <ListBody
      list={partOf(read, reported)}
      skeletonRows={2}
      empty={
        <p className="note" data-tone="person">
          {t('campaigns.wizard.noVersions')}
        </p>
      }
    >
      <div className="versions">
        <Choice
          type="checkbox"
          name="any-version"
          checked={draft.fromVersions.length === 0}
          onChange={() => change({ fromVersions: [] })}
          title={t('campaigns.wizard.anyVersion')}
          hint={t('campaigns.wizard.share', {
            count: sum(read.items.map((share) => share.devices)),
            devices: formatCount(sum(read.items.map((share) => share.devices)), language),
            online: formatCount(sum(read.items.map((share) => share.online)), language),
          })}
          testId="from-any"
        />
        {reported.map(({ version, devices, online }) => {
          const isTarget = version === pack?.version
          return (
            <Choice
              key={version}
              type="checkbox"
              name="from-version"
              disabled={isTarget}
              checked={draft.fromVersions.includes(version ?? '')}
              onChange={(on) => toggle(version ?? '', on)}
              testId={`from-${version}`}
              title={
                <span className="version-title">
                  {version} {isTarget && <span className="secondary small">{t('campaigns.wizard.isTarget')}</span>}
                </span>
              }
              hint={
                <span className="version-share">
                  <span className="bar" data-tone={isTarget ? 'passed' : 'running'}>
                    <i style={{ width: `${(devices / most) * 100}%` }} />
                  </span>
                  {t('campaigns.wizard.share', {
                    count: devices,
                    devices: formatCount(devices, language),
                    online: formatCount(online, language),
                  })}
                </span>
              }
            />
          )
        })}
      </div>
    </ListBody>
  )
}

/** Selects the devices: by reported version, and all or chosen ones. */
export const DevicesStep = (props: StepProps) => {
  const { draft, change } = props
  const t = useTexts()
  if (draft.pack === null) return <Skeleton />
  return (
    <>
      <div className="wizard-lead">
        <h2>{t('campaigns.wizard.from')}</h2>
        <span className="secondary">{t('campaigns.wizard.fromHint')}</span>
      </div>
      <Versions {...props} />
      <div className="section">
        <h3>{t('campaigns.wizard.scope')}</h3>
        <div className="cards">
          {draft.kind === 'upgrade' && (
            <Choice
              type="radio"
              name="scope"
              checked={draft.scope === 'all'}
              onChange={() => change({ scope: 'all' })}
              title={t('campaigns.wizard.scopeAll')}
              hint={t('campaigns.wizard.scopeAllHint')}
              testId="scope-all"
            />
          )}
          <Choice
            type="radio"
            name="scope"
            checked={draft.scope === 'devices'}
            onChange={() => change({ scope: 'devices' })}
            title={t('campaigns.wizard.scopeDevices')}
            hint={t('campaigns.wizard.scopeDevicesHint')}
            testId="scope-devices"
          />
        </div>
      </div>
      {draft.scope === 'devices' && (
        <DevicePicker
          productId={draft.pack.productId}
          module={draft.pack.module}
          chosen={draft.deviceIds}
          choose={(deviceIds) => change({ deviceIds })}
        />
      )}
      <NarrowFields draft={draft} change={change} product={props.product} />
    </>
  )
}
