/** Unit records as a table. */
export const benchRecords = {
  columns: {
    record: 'record',
    unit: 'unit',
    serial: 'SN',
    chip: 'chip',
    line: 'line',
    slot: 'slot',
    recipe: 'recipe',
    recipeVersion: 'recipeVersion',
    state: 'state',
    errorCode: 'errorCode',
    operator: 'operator',
    attempt: 'attempt',
    startedAt: 'startedAt',
    finishedAt: 'finishedAt',
    images: 'images',
    values: 'values',
  },
} as const
