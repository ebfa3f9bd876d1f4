import { Button } from 'antd'
import type { Line } from '#shared/schema.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { lineCounts } from './line-counts.ts'

/** What a person can do with a line. */
export interface LineDoings {
  start: (line: Line) => void
  retry: (line: Line) => void
  stop: (line: Line) => void
}

interface LineActionsProps {
  line: Line
  /** The keys act on this line. */
  active: boolean
  /** Its slots are being asked who is in them. */
  asking: boolean
  doings: LineDoings
}

/** The buttons of a line: each says for which line and how many slots it acts. */
export const LineActions = ({ line, active, asking, doings }: LineActionsProps) => {
  const t = useTexts()
  const counts = lineCounts(line)
  const retry = t('bench.lineRetry', { line: line.name, count: counts.retry })
  const stop = t('bench.lineStop', { line: line.name, count: counts.stop })
  return (
    <span className="line-actions">
      {counts.retry > 0 && (
        <Button
          onClick={() => doings.retry(line)}
          aria-label={retry}
          title={retry}
          data-testid={`line-retry-${line.name}`}
        >
          {t('bench.retryFailed', { count: counts.retry })} {active && <kbd>F4</kbd>}
        </Button>
      )}
      {counts.stop > 0 && (
        <Button onClick={() => doings.stop(line)} aria-label={stop} title={stop} data-testid={`line-stop-${line.name}`}>
          {t('bench.stopCount', { count: counts.stop })} {active && <kbd>F8</kbd>}
        </Button>
      )}
      <Button
        type={active ? 'primary' : 'default'}
        disabled={counts.start === 0 && line.recipeId !== null}
        loading={asking}
        onClick={() => doings.start(line)}
        data-testid={`line-start-${line.name}`}
      >
        <span className="line-start">
          {line.recipeId === null
            ? t('bench.chooseRecipe', { line: line.name })
            : t('bench.lineStart', { line: line.name, count: counts.start })}
        </span>{' '}
        {active && <kbd>{t('bench.space')}</kbd>}
      </Button>
    </span>
  )
}
