# MentorMatch as an image. It holds the portal and the command line, and runs under any user id, with a root that is
# only read; everything it writes is in /data.
#
#   docker build -t mentormatch .
#   docker run --rm -v mentormatch:/data --env-file portal.env mentormatch db upgrade
#   docker run -p 8000:8000 -v mentormatch:/data --env-file portal.env --read-only --tmpfs /tmp mentormatch
#   docker run --rm -v "$PWD:/data" mentormatch check /data
#
# The base needs Python 3.12 or newer with its venv module; both stages use the same one, so that what was built also runs.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_REQUIRE_HASHES=1 PIP_ONLY_BINARY=:all:
WORKDIR /source

# The lock files change less often than the code: these two layers are kept while only code changes.
COPY requirements/build.txt requirements/portal.txt requirements/
RUN python3 -m venv /opt/build && /opt/build/bin/python -m pip install --quiet --requirement requirements/build.txt
RUN python3 -m venv /opt/mentormatch \
    && /opt/mentormatch/bin/python -m pip install --quiet --requirement requirements/portal.txt

COPY pyproject.toml README.md ./
COPY mentormatch mentormatch
COPY templates templates
COPY migrations migrations
COPY config config
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /tmp/wheel \
    && PIP_REQUIRE_HASHES=0 /opt/mentormatch/bin/python -m pip install --quiet --no-index --no-deps /tmp/wheel/*.whl \
    && /opt/mentormatch/bin/python -m pip uninstall --quiet --yes pip

FROM ${BASE}
# Nobody in particular: the image runs under any other user id as well.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data mentormatch && install -d -o mentormatch -g mentormatch /data
COPY --from=build /opt/mentormatch /opt/mentormatch
ENV PATH=/opt/mentormatch/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MENTORMATCH_DATA_FOLDER=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["python", "-m", "mentormatch.operating.health"]
ENTRYPOINT ["mentormatch"]
CMD ["serve", "--bind", "0.0.0.0:8000"]
