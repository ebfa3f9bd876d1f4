import './line.css'
import { ReadOutlined, SettingOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { memo } from 'react'
import type { Line, Recipe, Slot } from '#shared/schema.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { LineActions, type LineDoings } from './line-actions.tsx'
import { LineSerials } from './line-serials.tsx'
import { SlotCard } from './slot-card.tsx'

interface LinePanelProps {
  line: Line
  recipe: Recipe | undefined
  /** Keys and the buttons at the top act on this line. */
  active: boolean
  /** It is the only line. */
  alone: boolean
  /** Its slots are being asked who is in them. */
  asking: boolean
  doings: LineDoings
  onChoose: (line: Line) => void
  onOpen: (slot: Slot) => void
  onSettings: (line: Line) => void
}

/** A single line with this many slots shows them in two rows, because one row would make them narrow and tall. */
export const inTwoRows = (slots: number): boolean => slots >= 7 && slots <= 10

/** A line: its name, its recipe, its slots in a row. */
export const LinePanel = memo(
  ({ line, recipe, active, alone, asking, doings, onChoose, onOpen, onSettings }: LinePanelProps) => {
    const t = useTexts()
    const starts = line.autoStart ?? recipe?.autoStart ?? false
    return (
      <section
        className="panel line"
        data-active={active && !alone}
        aria-label={line.name}
        data-testid={`line-${line.name}`}
        style={{ flexGrow: Math.max(1, Math.ceil(line.slots.length / 8)) }}
      >
        <header className="line-head">
          <h2>
            {alone ? (
              line.name
            ) : (
              <button type="button" className="line-name" aria-pressed={active} onClick={() => onChoose(line)}>
                {line.name}
              </button>
            )}
          </h2>
          <span className="secondary line-about">
            {recipe === undefined ? (
              t('bench.noRecipe')
            ) : (
              <>
                <ReadOutlined /> {t('bench.recipeOf', { name: recipe.name, version: recipe.version })}
                {' · '}
                {starts ? (
                  <>
                    <ThunderboltOutlined /> {t('bench.startsItself')}
                  </>
                ) : (
                  t('bench.byHand')
                )}
              </>
            )}
            {line.waitForContact > 0 && ` · ${t('bench.waitsFor', { seconds: line.waitForContact })}`}
            {line.simulated && ` · ${t('bench.simulated')}`}
          </span>
          <LineSerials line={line} />
          {line.learning && (
            <span className="state state-tag" data-tone="person">
              {t('bench.learning')}
            </span>
          )}
          <LineActions line={line} active={active} asking={asking} doings={doings} />
          <Button
            type="text"
            icon={<SettingOutlined />}
            aria-label={t('bench.lineSettings', { name: line.name })}
            title={t('bench.lineSettings', { name: line.name })}
            onClick={() => onSettings(line)}
            data-testid={`line-settings-${line.name}`}
          />
        </header>
        {line.slots.length === 0 ? (
          <p className="line-hollow secondary">{t('bench.noSlots')}</p>
        ) : (
          <div
            className="slots"
            style={{
              maxWidth: `calc(${line.slots.length} * var(--widest))`,
              ...(alone &&
                inTwoRows(line.slots.length) && {
                  gridTemplateColumns: `repeat(${Math.ceil(line.slots.length / 2)}, minmax(0, 1fr))`,
                }),
            }}
          >
            {line.slots.map((slot) => (
              <SlotCard key={slot.id} slot={slot} onOpen={onOpen} />
            ))}
          </div>
        )}
      </section>
    )
  },
)
