import { join } from 'node:path'
import { root } from '../launch/launched.ts'

/** The README, and the section whose blocks are run. */
export const README = join(root, 'README.md')
export const HEADING = '## A whole upgrade from the command line'
