// Draws the import graph anew (npm run architecture).
import { writeFileSync } from 'node:fs'
import { currentDrawing, DRAWING } from './architecture.ts'

writeFileSync(DRAWING, currentDrawing())
