import { expect, it } from 'vitest'
import { deltaFaultCodes, deltaFaultDetail } from './delta-faults.ts'
import { errorText } from './error-texts.ts'
import { campaignStatuses } from './states/campaign.ts'
import { deltaStatuses } from './states/delta.ts'
import { jobStates } from './states/job.ts'
import { runStates } from './states/run.ts'

it('what is wrong with a patch is said in the language of its sentence', () => {
  for (const detail of deltaFaultCodes.map((fault) => deltaFaultDetail(fault, 'checksum'))) {
    const inBrackets = /（(?:.*详情：)?(.*)）/.exec(errorText('DIFF_BAD_PATCH', 'zh', { detail }))?.[1]
    expect(inBrackets, detail).toMatch(/[\u4e00-\u9fff]/)
    expect(errorText('DIFF_BAD_PATCH', 'en', { detail })).not.toMatch(/\(\)|\bpatch|old image/)
  }
  expect(errorText('DIFF_UNSUPPORTED', 'zh', { detail: 'it is a ZIP64 archive' })).toContain('详情：是 ZIP64 文件）')
  expect(errorText('DIFF_UNSUPPORTED', 'en', { detail: 'it is a ZIP64 archive' })).toContain('; a ZIP64 archive)')
  // The text of another program stays unchanged.
  expect(errorText('DIFF_FAILED', 'zh', { detail: 'exit 9' })).toContain('exit 9')
})

it('a refused move says what is in which state, by its name, and what can be done then', () => {
  const machines = { campaign: campaignStatuses, job: jobStates, diff: deltaStatuses, run: runStates }
  for (const [of, states] of Object.entries(machines))
    for (const from of states) {
      expect(errorText('ILLEGAL_MOVE', 'zh', { of, from, to: 'x' }), `${of} ${from}`).toMatch(/^[^a-z]+。[^a-z]+。$/)
      expect(errorText('ILLEGAL_MOVE', 'en', { of, from, to: 'x' }), `${of} ${from}`).toMatch(
        /^The \w+ is in state "[A-Z][^"]+", in which this is not possible\. [A-Z].+\.$/,
      )
    }
  expect(errorText('ILLEGAL_MOVE', 'en', { of: 'package', from: 'verified', to: 'skipped' })).toBe(
    'The package is in state "Verified", in which this is not possible. Already verified; create a campaign.',
  )
})

it('a move of something from a newer station is told as far as it is known', () => {
  expect(errorText('ILLEGAL_MOVE', 'en', { from: 'odd' })).toBe('It is in state "odd", in which this is not possible.')
})
