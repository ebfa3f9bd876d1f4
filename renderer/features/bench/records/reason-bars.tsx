import { benchReasonText, type ReasonData } from '#shared/bench-reasons.ts'
import type { Language } from '#shared/error-texts.ts'
import type { BenchReport } from '#shared/schema.ts'
import { formatCount } from '../../../i18n/format.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { firstSentence } from '../lamps.ts'

/** What stands in a reason's places where it stands for many runs. */
const general: Readonly<Record<Language, ReasonData>> = {
  zh: {
    name: '镜像',
    chip: '芯片',
    expected: '另一种芯片',
    found: '另一种芯片',
    address: '其地址',
    target: '此目标',
    machine: '另一种处理器',
    unit: '单板',
    slot: '另一工位',
    port: '端口',
    first: '一个镜像',
    second: '另一个镜像',
    phase: '工作',
  },
  en: {
    name: 'An image',
    chip: 'chip',
    expected: 'another chip',
    found: 'different chip',
    address: 'its address',
    target: 'this target',
    machine: 'another processor',
    unit: 'A unit',
    slot: 'another slot',
    port: 'the port',
    first: 'One image',
    second: 'another',
    phase: 'at work',
  },
}

/** A reason without what it was filled with: it stands for many runs. */
const plain = (code: string, language: Language): string => {
  const text = benchReasonText(code, language, general[language])
  return text === undefined ? code : firstSentence(text).replaceAll(/\s*[（(][^（()）]*…[^（()）]*[)）]/g, '')
}

/** Why units failed, most frequent first. */
export const ReasonBars = ({ reasons }: { reasons: BenchReport['total']['reasons'] }) => {
  const t = useTexts()
  const language = useLanguage()
  const most = Math.max(1, ...reasons.map(({ runs }) => runs))
  if (reasons.length === 0)
    return (
      <p className="secondary">
        <span className="toned" data-tone="passed">
          ✓
        </span>{' '}
        {t('bench.records.noReasons')}
      </p>
    )
  return (
    <ul className="reason-bars" data-testid="reason-bars">
      {reasons.map(({ errorCode, runs }) => {
        const words = plain(errorCode, language)
        return (
          <li key={errorCode}>
            <span title={words}>{words}</span>
            <span className="secondary">{formatCount(runs, language)}</span>
            <div className="bar" data-tone="failed">
              <i style={{ width: `${(runs / most) * 100}%` }} />
            </div>
          </li>
        )
      })}
    </ul>
  )
}
