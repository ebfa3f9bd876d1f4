import type { RecipeCheckResult } from '#shared/schema.ts'
import { formatBytes } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { hex } from './address.ts'
import { mapOf } from './address-map.ts'

/** The regions as a bar, from the lowest address to the highest. */
export const AddressMap = ({ regions }: { regions: RecipeCheckResult['regions'] }) => {
  const t = useTexts()
  const language = useLanguage()
  const parts = mapOf(regions)
  const last = parts.at(-1)
  const words = regions.map(({ address, size, name }) => `${name} ${hex(address)} ${formatBytes(size, language)}`)
  return (
    <figure
      className="map"
      role="img"
      aria-label={t('bench.recipes.dry.mapLabel', { regions: words.join(', ') })}
      data-testid="address-map"
    >
      <div className="map-bar">
        {parts.map(({ address, size, region, index, weight }) => (
          <i
            key={`${region === undefined ? 'gap' : 'region'}${address}`}
            data-gap={region === undefined}
            className="swatch"
            data-index={index % 6}
            style={{ flexGrow: weight }}
            title={
              region === undefined
                ? `${hex(address)} · ${t('bench.recipes.dry.gap', { bytes: formatBytes(size, language) })}`
                : `${region.name} · ${hex(address)} · ${formatBytes(size, language)}`
            }
          />
        ))}
      </div>
      <figcaption className="mono small secondary">
        <span>{parts[0] && hex(parts[0].address)}</span>
        <span>{last && hex(last.address + last.size)}</span>
      </figcaption>
    </figure>
  )
}
