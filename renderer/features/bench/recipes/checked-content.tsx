import type { RecipeCheckResult } from '#shared/schema.ts'
import { formatBytes } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { hex } from './address.ts'

/** What the files are, as their content tells. */
export const CheckedImages = ({ images }: { images: RecipeCheckResult['images'] }) => {
  const t = useTexts()
  if (images.length === 0) return null
  return (
    <>
      <h3>{t('bench.recipes.dry.images')}</h3>
      <ul className="dry-list" data-testid="dry-images">
        {images.map(({ name, kind, address, chip, project, version, revision, signed }) => (
          <li key={`${address}${name}`}>
            <b>{t(`bench.recipes.dry.kinds.${kind}`)}</b>
            <span className="dry-name secondary" title={name}>
              {name}
            </span>
            <span className="small dry-facts">
              {[chip, revision, project, version, signed && t('bench.recipes.dry.signed')].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** The partition table that the recipe writes. */
export const CheckedPartitions = ({ partitions }: { partitions: RecipeCheckResult['partitions'] }) => {
  const t = useTexts()
  const language = useLanguage()
  if (partitions.length === 0) return null
  return (
    <>
      <h3>{t('bench.recipes.dry.partitions')}</h3>
      <ul className="dry-list" data-testid="dry-partitions">
        {partitions.map(({ label, type, subtype, address, size }) => (
          <li key={`${address}${label}`}>
            <b className="mono small">{label}</b>
            <span className="secondary">
              {type} {subtype}
            </span>
            <span className="secondary">{formatBytes(size, language)}</span>
            <span className="mono small dry-range">
              {hex(address)} – {hex(address + size - 1)}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
