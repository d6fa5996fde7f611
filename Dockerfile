# The image of hitless: the compiled sources and what they need at run time. It runs as an unprivileged user, on a base without a
# shell and without npm; nothing below the last FROM starts a program.
#
#   buildah bud --layers -t hitless .
#
# NODE_IMAGE      the image to build in: Node.js 24, and npm in its usual place (mount it there if the image has none)
# RUNTIME_IMAGE   the image to run on: any image with Node.js 24, ideally one with nothing else
#
# REVISION        of the sources, which hitless version and the image's labels then name: --build-arg REVISION=$(git rev-parse HEAD)
#
# Where a tag may move, give both by digest: --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13@sha256:...
# A registry of your own, or its CA, comes from your npm settings: --secret id=npmrc,src=$HOME/.npmrc
ARG NODE_IMAGE=node:24-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot
ARG REVISION=

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Package scripts only fetch programs that nothing here needs.
RUN --mount=type=secret,id=npmrc,target=/run/npmrc \
  ["node", "/usr/local/lib/node_modules/npm/bin/npm-cli.js", "ci", "--userconfig=/run/npmrc", "--omit=dev", "--ignore-scripts"]
COPY image ./image
RUN ["node", "image/prune.ts", "node_modules"]
RUN ["node", "image/sbom.ts", "sbom.cdx.json"]

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=npmrc,target=/run/npmrc \
  ["node", "/usr/local/lib/node_modules/npm/bin/npm-cli.js", "ci", "--userconfig=/run/npmrc", "--ignore-scripts"]
COPY tsconfig.json ./
COPY src ./src
RUN ["node", "node_modules/typescript/bin/tsc"]
COPY image ./image
ARG RUNTIME_IMAGE
ARG REVISION
RUN ["node", "image/build-facts.ts", "build.json"]

# V8's compile cache of the sources; it is only valid for the same user, paths and version of Node.js.
FROM ${RUNTIME_IMAGE} AS compiled
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
ENV PATH=/usr/local/bin:/usr/bin:/bin:/nodejs/bin NODE_COMPILE_CACHE=/tmp/compiled
USER 65532:65532
RUN ["node", "--max-semi-space-size=4", "-e", "for (const name of ['commands/program', 'commands/serve/serve', 'commands/test-app/test-app', 'commands/load/load', 'measurement/test-app/test-app', 'measurement/load/agent']) await import('/app/dist/' + name + '.js')"]

FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=dependencies /app/sbom.cdx.json ./
COPY --from=build /app/build.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=compiled /tmp/compiled ./compiled
ARG REVISION
LABEL org.opencontainers.image.title=hitless org.opencontainers.image.licenses=Apache-2.0 org.opencontainers.image.revision=${REVISION}
# Some images have Node.js in a folder that is not on the path.
ENV PATH=/usr/local/bin:/usr/bin:/bin:/nodejs/bin NODE_ENV=production NODE_COMPILE_CACHE=/app/compiled
USER 65532:65532
EXPOSE 8443 8080
# A young generation of this size keeps the process small in large clusters, at the same speed: docs/performance.md.
ENTRYPOINT ["node", "--max-semi-space-size=4", "/app/dist/cli.js"]
CMD ["serve"]
