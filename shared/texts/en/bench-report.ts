/** The yield report of the bench as a table; the first column is called by what it groups by. */
export const benchReport = {
  columns: {
    name: 'name',
    started: 'started',
    passed: 'passed',
    failed: 'failed',
    refused: 'refused',
    cancelled: 'cancelled',
    units: 'units',
    yield: 'yield',
    firstPassYield: 'firstPassYield',
    unitsPerHour: 'unitsPerHour',
    cycleSecondsMedian: 'cycleSecondsMedian',
    cycleSecondsP95: 'cycleSecondsP95',
    reasons: 'reasons',
  },
  total: 'total',
} as const
