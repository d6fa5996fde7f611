// An API server that gives the same answer to every request of a path: for commands that read a cluster once.

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/workload/json.ts';
import { kubeconfig } from './kubeconfig.ts';

/** A list, an object, text, or the code of an error; 0: it never answers; a function writes the answer itself. */
export type Answers = Readonly<Record<string, Answer | ((response: ServerResponse) => void)>>;
type Answer = readonly JsonObject[] | JsonObject | string | number;

export interface AnsweringServer {
  readonly url: string;
  readonly kubeconfig: string;
  /** The paths asked for, with their queries. */
  readonly asked: readonly string[];
  readonly close: () => void;
}

/** What no answer is given for is not found. */
export async function answeringApiServer(answers: Answers): Promise<AnsweringServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[decodeURIComponent((request.url ?? '').replace(/\?.*/, ''))] ?? 404;
    if (answer === 0) return;
    if (typeof answer === 'function') return answer(response);
    const code = typeof answer === 'number' ? answer : 200;
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(bodyOf(answer)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, kubeconfig: await kubeconfig({ fake: url }), close: () => server.close().closeAllConnections() };
}

function bodyOf(answer: Exclude<Answer, string>): unknown {
  if (typeof answer === 'number') return { message: `said ${answer}` };
  return Array.isArray(answer) ? { metadata: {}, items: answer } : answer;
}
