// A webhook as people write one in an afternoon: the same patch as hitless for the reviews of the bench, and one log line for each
// call. It knows no policies, Services or earlier injections, and would harm what hitless leaves alone.

import { patchFor } from './hand-written-patch.ts';
import { serve } from './serve.ts';

serve((body) => {
  const started = performance.now();
  const { request } = JSON.parse(body.toString());
  const operations = patchFor(request.object);
  const response = {
    uid: request.uid,
    allowed: true,
    ...(operations.length > 0 && {
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
      warnings: [`${request.namespace}/${request.name}: patched`],
    }),
  };
  const answer = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response });
  console.log(
    JSON.stringify({
      level: 'info',
      time: new Date().toISOString(),
      uid: request.uid,
      kind: request.kind.kind,
      namespace: request.namespace,
      name: request.name,
      operation: request.operation,
      decision: operations.length > 0 ? 'patched' : 'complies',
      milliseconds: performance.now() - started,
      message: 'admission review',
    }),
  );
  return answer;
});
