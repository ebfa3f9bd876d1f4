import { expect, it } from 'vitest'
import { fromTemplate, programmerTemplates } from '#shared/programmers/templates.ts'
import { emptyProgrammer, programmerDraftOf, programmerFaults, programmerIn } from './programmer-draft.ts'

it('a programmer comes out of the form as it went in', () => {
  for (const template of programmerTemplates) {
    const programmer = fromTemplate(template, 'linux')
    expect(programmerIn(programmerDraftOf(programmer))).toEqual(programmer)
    expect(programmerFaults(programmerDraftOf(programmer), [])).toEqual({})
  }
})

it('keeps blanks within an argument and drops empty lines', () => {
  const { args } = programmerIn({ ...emptyProgrammer, args: '-c\n\n  adapter serial {serial}\n' })
  expect(args).toEqual(['-c', '  adapter serial {serial}'])
})

it('names the fault of each field', () => {
  const [openocd] = programmerTemplates
  if (!openocd) throw new Error('no template')
  const draft = programmerDraftOf(fromTemplate(openocd, 'linux'))
  expect(programmerFaults(draft, ['openocd'])).toEqual({ name: 'rules.unique' })
  expect(
    programmerFaults({ ...draft, program: 'x.bat', args: '{foo}', success: '(?=a)', progress: '%', values: ['1'] }, []),
  ).toMatchObject({ program: 'rules.programPath', success: 'rules.patternUnsupported', progress: 'rules.patternGroup' })
  expect(programmerFaults({ ...draft, args: '{foo}' }, [])).toEqual({ args: 'rules.placeholder' })
})
