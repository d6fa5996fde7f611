// The yardstick: reads the review, parses it, and allows it. No webhook can do less.

import { serve } from './serve.ts';

interface Review {
  readonly request: { readonly uid: string };
}

serve((body) => {
  const { request } = JSON.parse(body.toString()) as Review;
  return `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"${request.uid}","allowed":true}}`;
});
