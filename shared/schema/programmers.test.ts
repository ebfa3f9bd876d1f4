import { describe, expect, it } from 'vitest'
import { Programmer, Programmers, ProgrammerTestInput } from './programmers.ts'

const own = { name: 'openocd', program: '/usr/bin/openocd', args: ['-f', 'board.cfg', '{image0}'] }

/** The field that is refused first, and the rule. */
const refused = (more: object): [string, string] => {
  const read = Programmer.safeParse({ ...own, ...more })
  const [issue] = read.success ? [] : read.error.issues
  return [issue?.path.join('.') ?? '', issue?.message ?? '']
}

describe('a programmer of the settings', () => {
  it.each([
    '/usr/bin/openocd',
    '/opt/a b/x',
    'C:\\Tools\\openocd.exe',
    'd:/tools/x.exe',
    '\\\\server\\tools\\x.exe',
    '/opt/bat/flash',
    '/opt/x.bat.sh',
  ])('%s is an absolute path of a program', (program) => {
    expect(Programmer.parse({ ...own, program }).program).toBe(program)
  })

  it.each(['openocd', './openocd', '../x', 'Tools\\x.exe', 'C:x.exe', '', '~/x', 'file:///x'])(
    '%j is none',
    (program) => {
      expect(refused({ program })[0]).toBe('program')
      expect(ProgrammerTestInput.safeParse({ program }).success).toBe(false)
    },
  )

  it.each(['C:\\x.bat', 'C:\\x.CMD', '/x/y.cmd', 'C:\\x.bat.', 'C:\\x.bat ', 'C:\\x.cmd . .', 'C:\\x.bat::$DATA'])(
    '%j would be started by a shell and is refused',
    (program) => {
      expect(refused({ program })).toEqual(['program', 'rules.programBatch'])
      expect(ProgrammerTestInput.safeParse({ program }).success).toBe(false)
    },
  )

  it('knows the placeholders of the station and the values, and no others', () => {
    const args = ['{image0}', '{image31}', '{address0}', '{port}', '{usbpath}', '{usbserial}', '{slot}', '{serial}']
    expect(refused({ args: [...args, '{unit}', 'x={chip}'], values: ['chip'] })).toEqual(['', ''])
    // Braces of Tcl and JSON are text.
    expect(refused({ args: ['init; if { 1 } {}', '{"a":{}}', '{ }'] })).toEqual(['', ''])
    for (const arg of [
      '{image32}',
      '{image01}',
      '{image}',
      '{chip}',
      'a {Serial} b',
      '{constructor}',
      '{__proto__}{x}',
    ])
      expect(refused({ args: ['ok', arg] }), arg).toEqual(['args.1', 'rules.placeholder'])
    expect(refused({ script: 'loadfile {image0} {chip}' })).toEqual(['script', 'rules.placeholder'])
    expect(refused({ script: 'r {script}' })).toEqual(['script', 'rules.placeholder'])
    expect(refused({ args: ['{script}'] })).toEqual(['args.0', 'rules.scriptNeeded'])
    expect(refused({ args: ['{script}'], script: 'exit' })).toEqual(['', ''])
  })

  it('refuses values that hide a placeholder or come twice, names that are none, and unknown members', () => {
    expect(refused({ values: ['serial'] })).toEqual(['values.0', 'rules.valueName'])
    expect(refused({ values: ['image3'] })).toEqual(['values.0', 'rules.valueName'])
    expect(refused({ values: ['a', 'a'] })).toEqual(['values.1', 'rules.unique'])
    expect(refused({ values: ['a b'] })[0]).toBe('values.0')
    for (const name of ['', 'Open OCD', 'ä', 'A', 'x'.repeat(65)]) expect(refused({ name })[0], name).toBe('name')
    expect(refused({ shell: true })[1]).toContain('shell')
    expect(refused({ args: ['a\nb'] })).toEqual(['args.0', 'rules.oneLine'])
    expect(refused({ args: ['a\0b'] })).toEqual(['args.0', 'rules.oneLine'])
  })

  it('refuses patterns that do not run in linear time, and those that must have a group and have none', () => {
    expect(refused({ success: '(?<=a)b' })).toEqual(['success', 'rules.patternUnsupported'])
    expect(refused({ failure: '(' })).toEqual(['failure', 'rules.pattern'])
    expect(refused({ progress: '\\d+%' })).toEqual(['progress', 'rules.patternGroup'])
    expect(refused({ unit: '(?:SN)\\d+' })).toEqual(['unit', 'rules.patternGroup'])
    expect(refused({ progress: '(\\d+)%', unit: 'SN(\\d+)', success: 'OK', failure: 'Error' })).toEqual(['', ''])
  })

  it('has a name that no other one of the station has', () => {
    const read = Programmers.safeParse([own, { ...own, name: 'other' }, own])
    expect(read.error?.issues).toMatchObject([{ path: [2, 'name'], message: 'rules.unique' }])
  })
})
