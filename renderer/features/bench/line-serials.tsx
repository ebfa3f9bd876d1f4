import { reasonHeadline } from '#shared/reason-headlines.ts'
import type { Line } from '#shared/schema.ts'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { troubleText } from './reason-text.ts'

/** The serial number that the line gives next, or why there is none; nothing where they are scanned. */
export const LineSerials = ({ line: { name, serials } }: { line: Line }) => {
  const t = useTexts()
  const language = useLanguage()
  if (serials === null) return null
  const { next, left, trouble } = serials
  const testId = `line-serials-${name}`
  if (trouble !== null)
    return (
      <span className="state state-tag" data-tone="failed" title={troubleText(trouble, language)} data-testid={testId}>
        {reasonHeadline(trouble.code, language) ?? trouble.message}
      </span>
    )
  const serial = next ?? ''
  return (
    <span className="secondary line-about" data-testid={testId}>
      {left === null
        ? t('bench.nextSerial', { serial })
        : t('bench.nextSerialLeft', { serial, left: formatCount(left, language) })}
    </span>
  )
}
