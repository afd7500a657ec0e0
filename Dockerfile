FROM python:3.13-slim-trixie AS packages
COPY requirements.lock .
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
    -r requirements.lock \
 && rm -r /venv/lib/python3.13/site-packages/pip*

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin app \
 && install -d -o app -g app /data /static
COPY --from=packages /venv /venv
COPY . /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=santa311.settings DATA_DIR=/data STATIC_ROOT=/app/collected
# The pages' files are made now, so that a container starts at once and its file system can be
# read-only. The three values are needed to read the settings and go no further than this line.
RUN SECRET_KEY=build DATABASE_URL=postgresql:///build REDIS_URL=redis://build EMAIL_URL=console: \
    python manage.py collectstatic --no-input \
 && python -m compileall -q /app /venv/lib
ENV LOG_FORMAT=json GRANIAN_LOG_CONFIG=/app/docker/granian-logs.json
USER app
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "docker/healthy.py"]
# One process: a city has several of these containers, and each may come and go. A process that
# grows beyond 700 MiB is replaced by a new one, after what it has begun.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--http", "1", \
     "--workers", "1", "--blocking-threads", "4", "--backpressure", "2048", "--no-ws", \
     "--respawn-failed-workers", "--workers-kill-timeout", "30", "--workers-max-rss", "700", \
     "santa311.wsgi:application"]
