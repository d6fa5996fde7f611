# The reverse proxies of `hitless lab --through`, from the packages of Debian. Only the experiment needs this image.
#
#   buildah bud -f image/gateways.Dockerfile -t hitless-gateways .
#
# DEBIAN_IMAGE   a Debian with a working package manager
ARG DEBIAN_IMAGE=debian:stable-slim
FROM ${DEBIAN_IMAGE}
# Nothing may start at installation.
RUN printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx-light haproxy caddy \
 && rm -rf /var/lib/apt/lists/*
USER 65532:65532
EXPOSE 8080
