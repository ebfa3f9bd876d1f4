import { Button } from 'antd'
import type { FieldVersion } from '#shared/schema.ts'
import { formatBytes, formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'

interface FieldBasesProps {
  versions: readonly FieldVersion[]
  chosen: ReadonlySet<string>
  choose: (chosen: ReadonlySet<string>) => void
  /** Uploads the image of a version that has none here. */
  onGive: (version: string) => void
}

/** The versions that devices run, with their known facts; several may be selected. */
export const FieldBases = ({ versions, chosen, choose, onGive }: FieldBasesProps) => {
  const t = useTexts()
  const language = useLanguage()
  const toggle = (version: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(version)
    else next.delete(version)
    choose(next)
  }
  return (
    <div className="field-versions">
      {versions.map(({ version, devices, online, base, obstacle, diffIds }) => (
        <label className="field-version" key={version}>
          <input
            type="checkbox"
            checked={chosen.has(version)}
            disabled={obstacle !== null}
            onChange={(event) => toggle(version, event.target.checked)}
            data-testid={`base-${version}`}
          />
          <b>{version}</b>
          <span className="secondary small">
            {devices === 0
              ? t('deltas.make.nobody')
              : `${t('deltas.make.devices', { count: devices })} · ${t('deltas.make.online', { count: online })}`}
          </span>
          <span className="small">
            {base !== null ? (
              <span className="secondary base-name" title={base.name}>
                {t('deltas.make.baseKnown', { name: base.name, size: formatBytes(base.size, language) })}
              </span>
            ) : (
              <span className="toned base-name" data-tone="person">
                {t(obstacle === 'several-files' ? 'deltas.make.severalFiles' : 'deltas.make.noImage')}
              </span>
            )}
            {base === null && (
              <Button
                className="base-side"
                size="small"
                onClick={() => onGive(version)}
                data-testid={`give-${version}`}
                aria-label={`${t('deltas.make.give')} ${version}`}
              >
                {t('deltas.make.give')}
              </Button>
            )}
            {diffIds.length > 0 && (
              <span className="base-side toned" data-tone="passed">
                ✓ {t('deltas.make.there')}
                {diffIds.length > 1 && ` × ${formatCount(diffIds.length, language)}`}
              </span>
            )}
          </span>
        </label>
      ))}
    </div>
  )
}
