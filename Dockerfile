# syntax=docker/dockerfile:1
# missiondesk with everything that it needs at run time: see docs/deployment.md. Built with `docker compose build`.

FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/missiondesk
ENV PATH=/opt/missiondesk/bin:$PATH

# PyTorch's build for processors alone: the usual one is several gigabytes larger. Alone, because it changes seldom.
RUN pip install --index-url https://download.pytorch.org/whl/cpu "torch>=2.13,<2.14"

WORKDIR /src
COPY pyproject.toml MANIFEST.in README.md CHANGELOG.md LICENSE ./
COPY samples samples
COPY assistant assistant
COPY eval eval
COPY index index
COPY ingest ingest
COPY ui ui
# Such as [oidc] or [oidc,ollama].
ARG EXTRAS=""
# The versions stand in pyproject.toml.
# hadolint ignore=DL3013
RUN pip install ".${EXTRAS}"

# The embedding model, so that nothing must be written to the image later; in a layer of its own, as it changes seldom.
# hadolint ignore=DL3059
RUN MISSIONDESK_CACHE_DIR=/opt/missiondesk/models missiondesk unpack


FROM python:3.11-slim-bookworm

# Such as "tesseract-ocr tesseract-ocr-ita" for scanned pages (`ingest --ocr`).
ARG DEBIAN_PACKAGES=""
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN if [ -n "$DEBIAN_PACKAGES" ]; then \
        apt-get update && xargs apt-get install --yes --no-install-recommends <<<"$DEBIAN_PACKAGES" && \
        rm -rf /var/lib/apt/lists/*; \
    fi

COPY --from=build /opt/missiondesk /opt/missiondesk
COPY deploy/backup /opt/missiondesk/bin/missiondesk-backup
RUN useradd --system --uid 10001 --user-group --home-dir /nonexistent --shell /usr/sbin/nologin missiondesk && \
    install --directory --owner=missiondesk --group=missiondesk --mode=0750 \
        /var/lib/missiondesk /var/backups/missiondesk

# Nothing is written but in the data folder and in /tmp: the rest may be read-only.
ENV PATH=/opt/missiondesk/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    MISSIONDESK_DATA_DIR=/var/lib/missiondesk \
    MISSIONDESK_CACHE_DIR=/opt/missiondesk/models \
    MISSIONDESK_HOST=0.0.0.0
# A file missiondesk.toml may be mounted here.
WORKDIR /etc/missiondesk
VOLUME ["/var/lib/missiondesk", "/var/backups/missiondesk"]
USER 10001:10001
EXPOSE 8000
# It lets answers that are being given end.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=30s --start-period=120s --retries=3 CMD ["missiondesk", "ready"]
ENTRYPOINT ["missiondesk"]
CMD ["serve"]
