import { languages } from '#shared/languages.ts'
import { uploadPurposes } from '#shared/schema.ts'

/** An error response. */
export const errorAnswer = {
  description: 'An error in words, with a code for programs',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['code', 'status', 'message'],
        properties: {
          code: { type: 'string' },
          status: { type: 'integer' },
          message: { type: 'string' },
          data: { type: 'object' },
        },
      },
    },
  },
} as const

/** REST calls outside of the typed contract because they carry bytes. */
export const besideTheContract = {
  '/uploads': {
    post: {
      operationId: 'uploads.receive',
      tags: ['uploads'],
      summary: 'Send one file as the body; answers its id and digests',
      parameters: [
        {
          name: 'X-File-Name',
          in: 'header',
          required: true,
          schema: { type: 'string' },
          description: 'percent-encoded',
        },
        {
          name: 'purpose',
          in: 'query',
          schema: { enum: [...uploadPurposes], default: 'package' },
          description: 'what it is for: a patch made elsewhere may have any ending, an image to compare with any name',
        },
      ],
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      responses: { 200: { description: 'OK' }, default: errorAnswer },
    },
  },
  '/packages/{id}/files/{name}': {
    get: {
      operationId: 'packages.file',
      tags: ['packages'],
      summary: 'A file of a package',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
        { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
      ],
      responses: {
        200: { description: 'The bytes', content: { 'application/octet-stream': {} } },
        default: errorAnswer,
      },
    },
  },
  '/diffs/{id}/file': {
    get: {
      operationId: 'diffs.file',
      tags: ['diffs'],
      summary: 'The bytes of a patch',
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      responses: {
        200: { description: 'The bytes', content: { 'application/octet-stream': {} } },
        default: errorAnswer,
      },
    },
  },
  '/campaigns/{id}/report': {
    get: {
      operationId: 'campaigns.reportFile',
      tags: ['campaigns'],
      summary: 'The report of a campaign: summary, reasons and a line per device; HTML is a page for A4',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
        { name: 'format', in: 'query', schema: { enum: ['csv', 'json', 'html'], default: 'csv' } },
        { name: 'lang', in: 'query', schema: { enum: [...languages] } },
      ],
      responses: {
        200: { description: 'The report', content: { 'text/csv': {}, 'application/json': {}, 'text/html': {} } },
        default: errorAnswer,
      },
    },
  },
  '/bench/records/export': {
    get: {
      operationId: 'bench.recordsFile',
      tags: ['bench'],
      summary: 'Unit records with what was measured, a line each; of one recipe each measured value has a column',
      parameters: [
        ...['lineId', 'recipeId', 'deviceId', 'runId'].map((name) => ({
          name,
          in: 'query',
          schema: { type: 'integer' },
        })),
        ...['state', 'q', 'from', 'to'].map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
        { name: 'lang', in: 'query', schema: { enum: [...languages] } },
      ],
      responses: { 200: { description: 'The table', content: { 'text/csv': {} } }, default: errorAnswer },
    },
  },
  '/bench/recipes/{id}/export': {
    get: {
      operationId: 'bench.exportRecipe',
      tags: ['bench'],
      summary: 'A recipe with its files, to be imported by another station: a tar archive',
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      responses: {
        200: { description: 'The archive', content: { 'application/x-tar': {} } },
        default: errorAnswer,
      },
    },
  },
  '/backup': {
    get: {
      operationId: 'backups.create',
      tags: ['backup'],
      summary:
        "One tar archive of database, package files and certificates, consistent while the station works; an engineer's where a PIN is set",
      parameters: [
        {
          name: 'link',
          in: 'query',
          schema: { type: 'string' },
          description: 'of backups.link, in place of token and ticket: good once, for a minute',
        },
      ],
      responses: {
        200: { description: 'The archive', content: { 'application/x-tar': {} } },
        default: errorAnswer,
      },
    },
  },
  '/backup/restore': {
    post: {
      operationId: 'backups.restore',
      tags: ['backup'],
      summary:
        "Put a whole backup in the place of what is here; all of it is checked before anything is replaced, then the station starts again. What was there is set aside. An engineer's where a PIN is set",
      parameters: [
        {
          name: 'hold',
          in: 'query',
          schema: { type: 'boolean', default: false },
          description: 'only check it and keep it for half an hour; POST /backup/restore/{id} then decides on it',
        },
        {
          name: 'X-File-Name',
          in: 'header',
          schema: { type: 'string' },
          description: 'percent-encoded, for the log of actions',
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/x-tar': { schema: { type: 'string', format: 'binary' } },
          'multipart/form-data': {
            schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
          },
        },
      },
      responses: { 200: { description: 'What was restored, and that the station starts again' }, default: errorAnswer },
    },
  },
  '/logs/{name}': {
    get: {
      operationId: 'logs.file',
      tags: ['logs'],
      summary: 'A file of the log: one JSON object a line',
      parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
      responses: { 200: { description: 'The file', content: { 'application/x-ndjson': {} } }, default: errorAnswer },
    },
  },
  '/diagnostics': {
    get: {
      operationId: 'diagnostics',
      tags: ['logs'],
      summary:
        'One tar archive for support: versions, settings, numbers, ports, interfaces, the newest logs and a check of the database; without secrets',
      parameters: [],
      responses: { 200: { description: 'The archive', content: { 'application/x-tar': {} } }, default: errorAnswer },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics.read',
      tags: ['metrics'],
      summary: 'Numbers of the running station, as Prometheus reads them; also for the token of POST /metrics/token',
      parameters: [],
      responses: { 200: { description: 'The metrics', content: { 'text/plain': {} } }, default: errorAnswer },
    },
  },
  '/events': {
    get: {
      operationId: 'events',
      tags: ['events'],
      summary:
        'Server-sent events job, campaign, device, package, knock, diff, flash, slot, line, recipe, port, removed; an object at most ten times a second',
      parameters: [
        { name: 'types', in: 'query', schema: { type: 'string' } },
        { name: 'campaignId', in: 'query', schema: { type: 'integer' } },
      ],
      responses: { 200: { description: 'A stream', content: { 'text/event-stream': {} } }, default: errorAnswer },
    },
  },
} as const

/** A device list as a file, instead of as text inside JSON. */
export const csvBodies = {
  'text/csv': { schema: { type: 'string', description: 'The list itself; `?productId=` names the product' } },
  'multipart/form-data': {
    schema: {
      type: 'object',
      required: ['file', 'productId'],
      properties: { file: { type: 'string', format: 'binary' }, productId: { type: 'integer' } },
    },
  },
} as const

/** An exported recipe as a file, instead of as an upload's id inside JSON. */
export const recipeBodies = {
  'application/x-tar': { schema: { type: 'string', format: 'binary' } },
  'multipart/form-data': {
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary' }, productId: { type: 'integer' } },
    },
  },
} as const
