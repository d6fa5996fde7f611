// The image of the pods that `lab` and `verify` start.

import type { Api } from '../cluster/client/api.ts';
import { installedImage } from '../cluster/installed-image.ts';
import { version } from '../version.ts';

/** The one that was asked for; otherwise the installed webhook's, which the nodes know. `say` gets the sentence that names it. */
export async function podImage(api: Api, told: string | undefined, say: (text: string) => void): Promise<string> {
  if (told !== undefined) return told;
  const installed = await installedImage(api);
  if (installed === undefined) {
    const image = `hitless:${version}`;
    say(`no installed webhook was found, so the image is ${image}; --image names another`);
    return image;
  }
  const { image, deployment, pullSecrets } = installed;
  const secrets =
    pullSecrets.length === 0
      ? ''
      : `, which pulls it with Secrets that only its namespace has (${pullSecrets.join(', ')})`;
  say(`the image is ${image}, as in the installed webhook (deployment ${deployment}${secrets}); --image names another`);
  return image;
}
