FROM python:3.13-slim-trixie AS packages
# --build-arg LOCK=traces adds what TRACES_URL needs.
ARG LOCK=production
COPY requirements/${LOCK}.lock requirements.txt
# What pip needs on this machine alone (its configuration, a certificate) may be mounted for this one
# step, as secrets that stay in no layer: --secret id=pip,src=/etc/pip.conf. What goes away afterwards
# is pip itself, the packages' own tests and, of phone numbers, the names of places and carriers;
# nothing of it is imported by what stays.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    --mount=type=secret,id=pip_user,target=/root/.config/pip/pip.conf \
    --mount=type=secret,id=certificates,target=/run/secrets/certificates.pem \
    python -m venv /venv \
 && if [ -s /run/secrets/certificates.pem ]; then export PIP_CERT=/run/secrets/certificates.pem; fi \
 && /venv/bin/pip install --no-cache-dir --no-compile --no-deps --require-hashes \
    --only-binary :all: -r requirements.txt \
 && cd /venv/lib/python3.13/site-packages && rm -r pip pip-* \
 && find . -type d -name tests -prune -exec rm -r {} + \
 && rm -rf phonenumbers/geodata phonenumbers/carrierdata phonenumbers/tzdata \
 && python -m compileall -q --invalidation-mode unchecked-hash .

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin app \
 && install -d -o app -g app /data /static
# The packages change rarely: a change of the code alone sends only what comes after this line.
COPY --from=packages /venv /venv
COPY . /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=santa311.settings DATA_DIR=/data STATIC_ROOT=/app/collected
# The pages' files are made now, so that a container starts at once and its file system can be
# read-only. The three values are needed to read the settings and go no further than this line.
RUN SECRET_KEY=build DATABASE_URL=postgresql:///build REDIS_URL=redis://build EMAIL_URL=console: \
    python manage.py collectstatic --no-input --verbosity 0 \
 && python -m compileall -q --invalidation-mode unchecked-hash /app
ENV LOG_FORMAT=json GRANIAN_LOG_CONFIG=/app/deploy/granian-logs.json
USER app
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
    CMD ["python", "deploy/healthy.py"]
# One process: a city has several of these containers, and each may come and go. A process that
# grows beyond 700 MiB is replaced by a new one, after what it has begun.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--http", "1", \
     "--workers", "1", "--blocking-threads", "4", "--backpressure", "2048", "--no-ws", \
     "--respawn-failed-workers", "--workers-kill-timeout", "30", "--workers-max-rss", "700", \
     "santa311.wsgi:application"]
# Last, since they are others at each build: --build-arg REVISION=$(git rev-parse HEAD)
ARG VERSION=0.1.0 REVISION=unknown CREATED=unknown
LABEL org.opencontainers.image.title="Santa311" \
      org.opencontainers.image.description="A 311 system a city can run: residents report with a photo and watch the work happen." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
