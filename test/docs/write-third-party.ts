import { writeFileSync } from 'node:fs'
import { NOTICES, thirdParty } from './third-party.ts'

// npm run third-party: after a build.
writeFileSync(NOTICES, thirdParty())
