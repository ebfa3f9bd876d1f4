import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { artifactNotes } from '#shared/artifact-notes.ts'
import { deltaFormats } from '#shared/delta-formats.ts'
import { deltaStatuses } from '#shared/states/delta.ts'
import { type Candidate, type ChoiceFacts, choose } from './artifact-choice.ts'

const candidate: Candidate = {
  id: 1,
  format: 'bsdiff',
  status: 'ready',
  baseSha256: 'a',
  checked: true,
  advice: { kind: 'ok' },
}
const facts: ChoiceFacts<Candidate> = {
  mode: 'auto',
  fullNext: false,
  files: 1,
  fromVersion: '1.0',
  imageSha256: 'a',
  candidates: [candidate],
  preferred: 'bsdiff',
  restorable: ['bsdiff', 'zstd', 'custom'],
}
const other = (change: Partial<Candidate>): Candidate => ({ ...candidate, id: 2, ...change })

describe('what a device gets', () => {
  test.each([
    ['its patch', {}, { kind: 'diff', note: null }],
    ['the full image, where that was asked for', { mode: 'full' }, { kind: 'full', note: null }],
    ['the full image of several files', { files: 2 }, { kind: 'full', note: 'SEVERAL_FILES' }],
    [
      'the full image while it has not said what it runs',
      { fromVersion: null },
      { kind: 'full', note: 'VERSION_UNKNOWN' },
    ],
    ['the full image after a failed patch', { fullNext: true }, { kind: 'full', note: 'AFTER_FAILED_DIFF' }],
    ['the patch again, where it takes nothing else', { mode: 'diff', fullNext: true }, { kind: 'diff' }],
    ['the full image without a patch', { candidates: [] }, { kind: 'full', note: 'NO_DIFF' }],
    [
      'nothing without a patch, where it takes nothing else',
      { mode: 'diff', candidates: [] },
      { kind: 'none', note: 'NO_DIFF' },
    ],
    [
      'the full image where its version has another file now',
      { imageSha256: 'b' },
      { kind: 'full', note: 'BASE_CHANGED' },
    ],
    ['the patch where nobody knows that file', { imageSha256: undefined }, { kind: 'diff' }],
    [
      'a patch made elsewhere, said not to be checked',
      { candidates: [other({ baseSha256: null, checked: false, advice: null })] },
      { kind: 'diff', note: 'DIFF_UNCHECKED' },
    ],
    [
      'the full image where the patch does not pay',
      { candidates: [other({ advice: { kind: 'full' } })] },
      { kind: 'full', note: 'DIFF_NOT_WORTH_IT' },
    ],
    [
      'the full image where it is compressed, so that no delta pays',
      { candidates: [other({ advice: { kind: 'compressed' } })] },
      { kind: 'full', note: 'DIFF_NOT_WORTH_IT' },
    ],
    [
      'the delta that does not pay all the same, where it takes nothing else',
      { mode: 'diff', candidates: [other({ advice: { kind: 'full' } })] },
      { kind: 'diff', diff: { id: 2 } },
    ],
    [
      'a wait for another format where the first does not pay',
      { candidates: [other({ format: 'zstd', status: 'queued' }), { ...candidate, advice: { kind: 'full' } }] },
      { kind: 'wait', diff: { id: 2 } },
    ],
    ['a wait for one that is queued', { candidates: [other({ status: 'queued' })] }, { kind: 'wait', diff: { id: 2 } }],
    [
      'the full image where the making failed',
      { candidates: [other({ status: 'failed' })] },
      { kind: 'full', note: 'DIFF_FAILED' },
    ],
    ['a wait for one that is being made', { candidates: [other({ status: 'running' })] }, { kind: 'wait' }],
    [
      'no wait where another is there',
      { candidates: [other({ status: 'queued' }), candidate] },
      { kind: 'diff', diff: { id: 1 } },
    ],
    [
      'the format of its class before a newer one',
      { candidates: [other({ format: 'zstd' }), candidate] },
      { kind: 'diff', diff: { id: 1 } },
    ],
    [
      'the full image where its class cannot restore the patch',
      { candidates: [other({ format: 'hpatch-lite' })] },
      { kind: 'full', note: 'DIFF_NOT_RESTORABLE' },
    ],
    [
      'the full image without waiting for such a patch',
      { candidates: [other({ format: 'hpatch-lite', status: 'running' })] },
      { kind: 'full', note: 'DIFF_NOT_RESTORABLE' },
    ],
    [
      'one that its class restores beside one that it cannot',
      { candidates: [other({ format: 'hpatch-lite' }), candidate] },
      { kind: 'diff', diff: { id: 1 } },
    ],
    [
      'such a patch all the same, where it takes nothing else',
      { mode: 'diff', candidates: [other({ format: 'hpatch-lite' })] },
      { kind: 'diff' },
    ],
    ['the newest of its format', { candidates: [other({}), candidate] }, { kind: 'diff', diff: { id: 2 } }],
  ] as const)('%s', (_, change, expected) => {
    expect(choose({ ...facts, ...change } as ChoiceFacts<Candidate>)).toMatchObject(expected)
  })

  test('is never a patch that is not ready or for another file, never nothing by itself, and never a full image to who takes patches alone', () => {
    const sha = fc.constantFrom('a', 'b')
    const anyCandidate: fc.Arbitrary<Candidate> = fc.record({
      id: fc.nat(),
      format: fc.constantFrom(...deltaFormats),
      status: fc.constantFrom(...deltaStatuses),
      baseSha256: fc.option(sha),
      checked: fc.boolean(),
      advice: fc.option(fc.record({ kind: fc.constantFrom('ok', 'full', 'compressed') })),
    })
    const anyFacts: fc.Arbitrary<ChoiceFacts<Candidate>> = fc.record({
      mode: fc.constantFrom('full', 'diff', 'auto'),
      fullNext: fc.boolean(),
      files: fc.integer({ min: 1, max: 3 }),
      fromVersion: fc.option(fc.constant('1.0')),
      imageSha256: fc.option(sha, { nil: undefined }),
      candidates: fc.array(anyCandidate, { maxLength: 4 }),
      preferred: fc.constantFrom(...deltaFormats),
      restorable: fc.subarray([...deltaFormats]),
    })
    fc.assert(
      fc.property(anyFacts, (any) => {
        const choice = choose(any)
        if (choice.kind === 'diff') {
          expect(choice.diff.status).toBe('ready')
          if (any.mode === 'auto') expect(any.restorable).toContain(choice.diff.format)
          const { baseSha256 } = choice.diff
          if (baseSha256 !== null && any.imageSha256 !== undefined) expect(baseSha256).toBe(any.imageSha256)
        }
        if (any.mode === 'full') expect(choice.kind).toBe('full')
        if (any.mode === 'auto') expect(choice.kind).not.toBe('none')
        if (any.mode === 'diff') expect(choice.kind).not.toBe('full')
        if (choice.note !== null) expect(artifactNotes).toContain(choice.note)
      }),
    )
  })
})
