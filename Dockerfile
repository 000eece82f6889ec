# Built in two stages, so that the image holds no compiler, no cache and no source tree. `.dockerignore` leaves the sandbox out.
FROM python:3.13-slim AS build
WORKDIR /src
COPY .ci/constraints.txt ./.ci/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --requirement .ci/constraints.txt
COPY pyproject.toml README.md ./
COPY bot ./bot
RUN /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home bot
COPY --from=build /venv /venv
USER bot
WORKDIR /data
VOLUME /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PORT=3000 \
    DATABASE_URL=sqlite+aiosqlite:////data/release-bot.sqlite3
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["release-bot"]
CMD ["serve"]
