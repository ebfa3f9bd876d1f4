import { join } from 'node:path'
import { root } from '../launch/launched.ts'

/** The page of the session by hand, and the section whose blocks are run. */
export const PAGE = join(root, 'docs', 'by-hand.md')
export const HEADING = '## A whole upgrade from the command line'
