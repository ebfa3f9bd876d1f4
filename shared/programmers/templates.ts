import { z } from 'zod'
import { Programmer } from '../schema/programmers.ts'
import avrdude from './templates/avrdude.json' with { type: 'json' }
import dfuUtil from './templates/dfu-util.json' with { type: 'json' }
import esptool from './templates/esptool.json' with { type: 'json' }
import jlink from './templates/jlink.json' with { type: 'json' }
import nrfutil from './templates/nrfutil.json' with { type: 'json' }
import openocd from './templates/openocd.json' with { type: 'json' }
import picotool from './templates/picotool.json' with { type: 'json' }
import pyocd from './templates/pyocd.json' with { type: 'json' }
import stm32cubeprogrammer from './templates/stm32cubeprogrammer.json' with { type: 'json' }

/** Systems whose usual paths a template knows. */
export type TemplateSystem = 'linux' | 'mac' | 'windows'

const ProgrammerTemplate = z.strictObject({
  /** The tool's own name. */
  title: z.string(),
  /** Where it is usually installed. */
  program: z.strictObject({ linux: z.string(), mac: z.string(), windows: z.string() }),
  /** The programmer without its program. */
  programmer: z.strictObject(Programmer.shape).omit({ program: true }),
})
export type ProgrammerTemplate = z.infer<typeof ProgrammerTemplate>

/** Programmers of common tools, to begin with; a new one is a file and a line here. */
export const programmerTemplates: readonly ProgrammerTemplate[] = z
  .array(ProgrammerTemplate)
  .parse([openocd, pyocd, stm32cubeprogrammer, jlink, nrfutil, avrdude, dfuUtil, picotool, esptool])

/** A new programmer from a template, for a station on that system. */
export const fromTemplate = ({ program, programmer }: ProgrammerTemplate, system: TemplateSystem): Programmer => ({
  ...programmer,
  program: program[system],
})

/** The system of a station by an absolute path on it. */
export const systemOf = (path: string): TemplateSystem => {
  if (/^([A-Za-z]:|\\\\)/.test(path)) return 'windows'
  return /^\/(Users|Applications|private)\//.test(path) ? 'mac' : 'linux'
}
