# syntax=docker/dockerfile:1
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/shipmate
COPY requirements.lock ./
RUN /opt/shipmate/bin/pip install --require-hashes -r requirements.lock
# The build back end stays in this stage; the image gets a finished wheel.
COPY requirements-dev.lock ./
RUN python -m venv /opt/build && /opt/build/bin/pip install --require-hashes -r requirements-dev.lock
COPY pyproject.toml README.md catalog.yaml ./
COPY bot bot
COPY commands commands
COPY integrations integrations
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/shipmate/bin/pip install --no-deps /dist/*.whl

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git openssh-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /data shipmate
COPY --from=build /opt/shipmate /opt/shipmate
ENV PATH="/opt/shipmate/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    SHIPMATE_DATABASE=/data/shipmate.db \
    SHIPMATE_LOG=json
USER shipmate
WORKDIR /data
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + (os.environ.get('SHIPMATE_PORT') or os.environ.get('PORT') or '3000') + '/healthz', timeout=2)"]
CMD ["shipmate", "serve"]
