import { artifactNotes } from './artifact-notes.ts'
import { authorityDamages } from './authority-damages.ts'
import { away } from './away.ts'
import { badArchives } from './bad-archives.ts'
import { benchReasons, flashPhases } from './bench-reasons.ts'
import { benchRecords } from './bench-records.ts'
import { benchReport } from './bench-report.ts'
import { campaignReport } from './campaign-report.ts'
import { databaseNotices } from './database-notices.ts'
import { deltaFaults } from './delta-faults.ts'
import { demoLine } from './demo-line.ts'
import { desktop } from './desktop.ts'
import { deviceList } from './device-list.ts'
import { errors } from './errors.ts'
import { flashReasons } from './flash-reasons.ts'
import { issues } from './issues.ts'
import { jobReasons } from './job-reasons.ts'
import { language } from './language.ts'
import { nodeVersion } from './node-version.ts'
import { nouns } from './nouns.ts'
import { phrases } from './phrases.ts'
import { reasonHeadlines } from './reason-headlines.ts'
import { rules } from './rules.ts'
import { screen } from './screen/index.ts'
import { sinkFaults } from './sink-faults.ts'
import { startDialog } from './start-dialog.ts'
import { commandLineWays, startFailures } from './start-failures.ts'
import { states } from './states.ts'
import { moves } from './transition-errors.ts'
import { virtualDevice } from './virtual-device.ts'

/** Every text in English, which shapes those of every other language. */
export const en = {
  artifactNotes,
  authorityDamages,
  away,
  badArchives,
  benchReasons,
  flashPhases,
  benchRecords,
  benchReport,
  campaignReport,
  databaseNotices,
  deltaFaults,
  demoLine,
  desktop,
  deviceList,
  errors,
  flashReasons,
  issues,
  jobReasons,
  language,
  moves,
  nodeVersion,
  nouns,
  phrases,
  reasonHeadlines,
  rules,
  screen,
  sinkFaults,
  startDialog,
  commandLineWays,
  startFailures,
  states,
  virtualDevice,
} as const
