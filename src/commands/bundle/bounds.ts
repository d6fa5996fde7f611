// How much of each part is read, so that neither the bundle nor the API server's work has no end.

export const bounds = {
  /** Of each container, unless --log-lines says otherwise. */
  logLines: 1000,
  logBytes: 16 * 1024 * 1024,
  metricsBytes: 2 * 1024 * 1024,
  releases: 5,
  /** Of a release, those that are not ready first. */
  pods: 10,
  containers: 4,
  events: 200,
  eventsRead: 2000,
  policies: 1000,
  namespaces: 5000,
  /** Requests of one path, which are the pages of a list. */
  pages: 500,
  /** For each request, unless --request-timeout says otherwise. */
  requestMs: 10_000,
} as const;
