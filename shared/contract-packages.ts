import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { byId, done, forced, get, post, remove } from './contract-routes.ts'
import {
  BaseImage,
  Delta,
  DeltaInput,
  DeltasMade,
  DeltaUploadInput,
  FieldVersion,
  Flag,
  FreeText,
  Id,
  ModuleName,
  Package,
  PackageInput,
  PageInput,
  pageOf,
  Upload,
  UploadPurpose,
} from './schema.ts'

/** Packages, their files, and the deltas for them (docs/operator-api.md §10, §11). */
export const packagesContract = {
  packages: {
    list: get('/packages', 'Packages, newest first')
      .input(
        PageInput.extend({
          productId: Id.optional(),
          module: ModuleName.optional(),
          q: z.string().max(64).optional(),
          /** Whether one of its files is damaged or missing on this station. */
          damaged: Flag.optional(),
          /** Whether its verification is pending or has failed. */
          unverified: Flag.optional(),
        }),
      )
      .output(pageOf(Package)),
    create: post('/packages', 'Create a package from uploads (JSON), or with the files in one multipart form')
      .input(PackageInput)
      .output(Package),
    get: get('/packages/{id}', 'One package').input(byId).output(Package),
    remove: remove('/packages/{id}', 'Delete a package').input(forced).output(done),
    check: post('/packages/{id}/check', 'Read its files and deltas, and compare them with their digests')
      .input(byId)
      .output(Package),
    skipVerification: post('/packages/{id}/skip-verification', 'Allow upgrades without a verification; recorded')
      .input(byId.extend({ reason: FreeText.optional() }))
      .output(Package),
  },
  diffs: {
    create: post('/packages/{id}/diffs', 'Make patches from one version, or from several at once, to a package')
      .input(DeltaInput.extend({ id: Id }))
      .output(DeltasMade),
    upload: post(
      '/packages/{id}/diffs/upload',
      'Add a patch made elsewhere, by an upload (JSON) or in one multipart form',
    )
      .input(DeltaUploadInput.extend({ id: Id }))
      .output(Delta),
    list: get('/packages/{id}/diffs', 'Patches to a package, newest first')
      .input(byId)
      .output(z.object({ items: z.array(Delta), nextCursor: z.null() })),
    fieldVersions: get(
      '/packages/{id}/field-versions',
      'Versions that devices report, and whether a patch can be made from them',
    )
      .input(byId)
      .output(z.object({ items: z.array(FieldVersion), nextCursor: z.null() })),
    get: get('/diffs/{id}', 'One patch').input(byId).output(Delta),
    /** Its bytes for the screen, in pieces; REST serves them at `GET /diffs/{id}/file`. */
    download: oc.input(byId).output(eventIterator(z.object({ base64: z.string() }))),
    cancel: post('/diffs/{id}/cancel', 'Stop making it').input(byId).output(Delta),
    retry: post('/diffs/{id}/retry', 'Make one that failed again').input(byId).output(Delta),
    remove: remove('/diffs/{id}', 'Delete a patch').input(byId).output(done),
  },
  bases: {
    list: get('/products/{id}/bases', 'Images that were uploaded for versions, to make patches from')
      .input(byId.extend({ module: ModuleName.optional() }))
      .output(z.object({ items: z.array(BaseImage), nextCursor: z.null() })),
    remove: remove('/bases/{id}', 'Delete an uploaded image; patches that were made from it stay')
      .input(byId)
      .output(done),
  },
  uploads: {
    /** For the desktop window, which sends a path instead of bytes; refused over HTTP. */
    fromPath: oc
      .input(z.object({ path: z.string().min(1).max(4096), purpose: UploadPurpose.default('package') }))
      .output(Upload),
    discard: remove('/uploads/{id}', 'Drop an unused upload')
      .input(z.object({ id: z.string() }))
      .output(done),
  },
}
