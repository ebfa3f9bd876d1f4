import { Button } from 'antd'
import { useState } from 'react'
import type { Programmer, ProgrammerTest } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { StateWord } from '../../components/state-label.tsx'
import { useAct } from '../../components/use-action.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { troubleText } from '../bench/reason-text.ts'

/** What a program said, and whether it could be started. */
const Result = ({ result }: { result: ProgrammerTest }) => {
  const t = useTexts()
  const language = useLanguage()
  const { ok, exitCode, lines, trouble } = result
  const head = () => {
    if (trouble !== null) return troubleText(trouble, language)
    return ok ? t('settings.programmers.testOk') : t('settings.programmers.testCode', { code: exitCode ?? '?' })
  }
  return (
    <div className="trial" data-testid="programmer-result" data-ok={ok}>
      <StateWord
        look={
          ok
            ? { tone: 'passed', glyph: '✓' }
            : trouble === null
              ? { tone: 'person', glyph: '!' }
              : { tone: 'failed', glyph: '✕' }
        }
      >
        {head()}
      </StateWord>
      {trouble === null && <pre className="mono small">{lines.join('\n') || t('settings.programmers.noOutput')}</pre>}
    </div>
  )
}

interface TrialProps {
  programmer: Pick<Programmer, 'program' | 'versionArgs'>
  disabled?: boolean
}

/** Starts the program with the arguments of its test and shows what it says. */
export const ProgrammerTrial = ({ programmer: { program, versionArgs }, disabled = false }: TrialProps) => {
  const t = useTexts()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [result, setResult] = useState<{ readonly of: string; readonly test: ProgrammerTest }>()
  const asked = JSON.stringify([program, versionArgs])
  const run = async () => {
    setBusy(true)
    const test = await act(() =>
      client.bench.testProgrammer({ program, ...(versionArgs !== undefined && { args: versionArgs }) }),
    )
    setBusy(false)
    if (test !== undefined) setResult({ of: asked, test })
  }
  return (
    <>
      <Button loading={busy} disabled={disabled} onClick={run} data-testid="programmer-test">
        {busy ? t('settings.programmers.testing') : t('settings.programmers.test')}
      </Button>
      {result?.of === asked && <Result result={result.test} />}
    </>
  )
}
